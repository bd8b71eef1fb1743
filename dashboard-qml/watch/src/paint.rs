//! A still picture by itself: from the moment on at which there is a frame buffer until the cluster draws, and after its end.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::arguments::Painting;
use crate::frame_buffer::FrameBuffer;

const FAILED: u8 = 1;

/// Puts it on every frame buffer that there is; the exit status of the program.
#[must_use]
pub fn paint(painting: &Painting) -> u8 {
    if let Some(console) = &painting.console
        && let Err(error) = hide_cursor(console)
    {
        eprintln!("screen-watch: the cursor of {} may blink through: {error}", console.display());
    }
    let found = FrameBuffer::all(&painting.graphics, &painting.devices, painting.rotation);
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            eprintln!("screen-watch: {}: {error}", painting.graphics.display());
            return FAILED;
        }
    };
    let mut shown = FAILED;
    for frame_buffer in &found {
        let device = frame_buffer.device().display();
        match frame_buffer.show(painting.words) {
            Ok(()) => {
                // One that cannot is on the screen already.
                let _ = frame_buffer.put_on_screen();
                // In a journal that is not there yet this stands with another time.
                eprintln!(
                    "screen-watch: a still picture is on {device}, {} s after the kernel started",
                    uptime()
                );
                shown = 0;
            }
            Err(error) => eprintln!("screen-watch: no still picture on {device}: {error}"),
        }
    }
    shown
}

fn uptime() -> String {
    let uptime = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    uptime.split(' ').next().unwrap_or_default().to_owned()
}

/// Until somebody logs in: a login begins anew.
fn hide_cursor(console: &Path) -> io::Result<()> {
    // It must not become this process's own, which would hang it up in the end.
    let mut console = OpenOptions::new().write(true).custom_flags(nix::libc::O_NOCTTY).open(console)?;
    console.write_all(b"\x1b[?25l")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::still::{Rotation, Words};

    #[test]
    fn each_frame_buffer_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let (graphics, devices) = (folder.path().join("graphics"), folder.path().join("dev"));
        std::fs::create_dir(&devices).unwrap();
        for (device, size) in [("fb0", "80,48"), ("fb1", "120,40"), ("fb2", "not,known")] {
            std::fs::create_dir_all(graphics.join(device)).unwrap();
            for (name, text) in
                [("virtual_size", size), ("bits_per_pixel", "32"), ("stride", "480"), ("pan", "")]
            {
                std::fs::write(graphics.join(device).join(name), text).unwrap();
            }
            std::fs::write(devices.join(device), [7; 100]).unwrap();
        }
        let mut painting = Painting {
            words: Words::Starting,
            graphics: graphics.clone(),
            devices: devices.clone(),
            console: Some(devices.join("tty1")),
            rotation: Rotation::None,
        };
        std::fs::write(devices.join("tty1"), "").unwrap();
        assert_eq!(paint(&painting), 0);
        assert_eq!(std::fs::read(devices.join("tty1")).unwrap(), b"\x1b[?25l");
        for (device, lines) in [("fb0", 48), ("fb1", 40)] {
            let written = std::fs::read(devices.join(device)).unwrap();
            assert_eq!(written.len(), lines * 480);
            assert!(written.contains(&200) && !written.contains(&7), "{device}");
            assert_eq!(std::fs::read(graphics.join(device).join("pan")).unwrap(), b"0,0");
        }
        assert_eq!(std::fs::read(devices.join("fb2")).unwrap(), [7; 100], "a form that nobody knows");
        painting.graphics = folder.path().join("none");
        assert_eq!(paint(&painting), FAILED);
    }
}
