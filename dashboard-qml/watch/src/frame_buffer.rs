//! The kernel's frame buffer. On KMS too there is one: the console's, which the kernel shows again as soon as nobody
//! else draws.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::still::{Rotation, Still};

/// A frame buffer, and how it is mounted.
#[derive(Debug)]
pub struct FrameBuffer {
    device: PathBuf,
    /// Where the kernel describes it.
    described: PathBuf,
    rotation: Rotation,
}

impl FrameBuffer {
    /// `device` such as `/dev/fb0`, `graphics` such as `/sys/class/graphics`. Nothing is opened yet: the driver may come later.
    #[must_use]
    pub fn new(device: &Path, graphics: &Path, rotation: Rotation) -> Self {
        let described = graphics.join(device.file_name().unwrap_or_default());
        Self { device: device.to_owned(), described, rotation }
    }

    /// Writes the still picture over whatever is there.
    ///
    /// # Errors
    /// There is no such device, it may not be written, or its form is none that is known.
    pub fn show_still(&self) -> io::Result<()> {
        let picture = self.form()?.draw(self.rotation);
        OpenOptions::new().write(true).open(&self.device)?.write_all(&picture)
    }

    fn form(&self) -> io::Result<Still> {
        let size = self.read("virtual_size")?;
        let (width, height) = size.split_once(',').unwrap_or_default();
        let number = |text: &str| text.parse().ok().filter(|number| (1..=1 << 16).contains(number));
        let form = || {
            let bits: usize = number(&self.read("bits_per_pixel").ok()?)?;
            let still = Still {
                width: number(width)?,
                height: number(height)?,
                stride: number(&self.read("stride").ok()?)?,
                bytes: bits / 8,
            };
            ((2..=4).contains(&still.bytes) && still.stride >= still.width * still.bytes).then_some(still)
        };
        form().ok_or_else(|| io::Error::other(format!("{}: its form is not known", self.described.display())))
    }

    fn read(&self, name: &str) -> io::Result<String> {
        Ok(std::fs::read_to_string(self.described.join(name))?.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(folder: &Path, size: &str, bits: &str, stride: &str) -> FrameBuffer {
        let device = folder.join("fb3");
        std::fs::create_dir_all(folder.join("graphics/fb3")).unwrap();
        for (name, text) in [("virtual_size", size), ("bits_per_pixel", bits), ("stride", stride)] {
            std::fs::write(folder.join("graphics/fb3").join(name), format!("{text}\n")).unwrap();
        }
        std::fs::write(&device, [7; 1000]).unwrap();
        FrameBuffer::new(&device, &folder.join("graphics"), Rotation::None)
    }

    #[test]
    fn all_of_the_screen_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        described(folder.path(), "800,480", "16", "1664").show_still().unwrap();
        let written = std::fs::read(folder.path().join("fb3")).unwrap();
        assert_eq!(written.len(), 480 * 1664);
        assert!(written.contains(&0) && !written.contains(&7), "what was there before shows through");
    }

    #[test]
    fn a_form_that_nobody_knows_is_an_error_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        for (size, bits, stride) in [
            ("800x480", "32", "3200"),
            ("800,480", "8", "800"),
            ("800,480", "32", "100"),
            ("0,480", "32", "3200"),
            ("800,999999999", "32", "3200"),
        ] {
            let error = described(folder.path(), size, bits, stride).show_still().unwrap_err();
            assert!(error.to_string().contains("fb3"), "{error}");
            assert_eq!(std::fs::read(folder.path().join("fb3")).unwrap(), [7; 1000]);
        }
        assert!(
            FrameBuffer::new(Path::new("/nonexistent/fb0"), folder.path(), Rotation::None)
                .show_still()
                .is_err()
        );
    }
}
