//! `screen-watch`: starts the cluster, and takes the number off the screen when the cluster no longer turns or is gone.
//!
//! ```text
//! GUI thread of the cluster ─► Beats ─► a pipe ─► run ─► Judge ─► SIGKILL ─► Still, on the frame buffer
//! ```
//!
//! A hung program leaves its last picture on the screen, and a new one needs seconds to draw its first. So a second
//! process, which draws with nothing but `write(2)`, takes the old picture away: what the cluster shows goes with it on
//! Wayland, X11 and KMS, where the kernel shows the console again; and onto the frame buffer it writes a picture that says so.
//! In the same way it draws the first picture of all, before there is a cluster.

mod arguments;
mod backlight;
mod beat;
mod frame_buffer;
mod judge;
mod letters;
mod paint;
mod run;
mod still;

pub use arguments::{HELP, Painting, Task, Watched};
pub use beat::{Beat, Beats, PIPE};
pub use frame_buffer::FrameBuffer;
pub use judge::Judge;
pub use paint::paint;
pub use run::run;
pub use still::{Rotation, Still, Words};
