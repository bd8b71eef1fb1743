//! The kernel's frame buffer. On KMS too there is one: the console's, which the kernel shows again as soon as nobody
//! else draws.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::still::{Rotation, Still, Words};

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

    /// All that the kernel describes in `graphics`, with their devices in `devices` (`/dev`), in the order of their names.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn all(graphics: &Path, devices: &Path, rotation: Rotation) -> io::Result<Vec<Self>> {
        let names = std::fs::read_dir(graphics)?.map(|entry| Ok(entry?.file_name()));
        let mut names: Vec<_> = names.collect::<io::Result<_>>()?;
        // Beside them there is fbcon, the console.
        names.retain(|name| {
            let number = name.to_str().and_then(|name| name.strip_prefix("fb"));
            number.is_some_and(|number| number.parse::<u8>().is_ok())
        });
        names.sort();
        Ok(names.iter().map(|name| Self::new(&devices.join(name), graphics, rotation)).collect())
    }

    /// Such as `/dev/fb0`.
    #[must_use]
    pub fn device(&self) -> &Path {
        &self.device
    }

    /// Writes a still picture over whatever is there.
    ///
    /// # Errors
    /// There is no such device, it may not be written, or its form is none that is known.
    pub fn show(&self, words: Words) -> io::Result<()> {
        let picture = self.form()?.draw(words, self.rotation);
        OpenOptions::new().write(true).open(&self.device)?.write_all(&picture)
    }

    /// Has the driver put this memory on the screen, where it waits with that for the console's first letter
    /// (`CONFIG_FRAMEBUFFER_CONSOLE_DEFERRED_TAKEOVER`).
    ///
    /// # Errors
    /// The driver cannot, as a firmware's frame buffer, which is on the screen already.
    pub fn put_on_screen(&self) -> io::Result<()> {
        OpenOptions::new().write(true).open(self.described.join("pan"))?.write_all(b"0,0")
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
        described(folder.path(), "800,480", "16", "1664").show(Words::Stopped).unwrap();
        let written = std::fs::read(folder.path().join("fb3")).unwrap();
        assert_eq!(written.len(), 480 * 1664);
        assert!(written.contains(&0) && !written.contains(&7), "what was there before shows through");
    }

    #[test]
    fn all_that_there_are_are_found() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["fb1", "fbcon", "fb0", "fb"] {
            std::fs::create_dir_all(folder.path().join("graphics").join(name)).unwrap();
        }
        let found =
            FrameBuffer::all(&folder.path().join("graphics"), Path::new("/dev"), Rotation::None).unwrap();
        let devices: Vec<_> = found.iter().map(FrameBuffer::device).collect();
        assert_eq!(devices, [Path::new("/dev/fb0"), Path::new("/dev/fb1")]);
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
            let error = described(folder.path(), size, bits, stride).show(Words::Stopped).unwrap_err();
            assert!(error.to_string().contains("fb3"), "{error}");
            assert_eq!(std::fs::read(folder.path().join("fb3")).unwrap(), [7; 1000]);
        }
        assert!(
            FrameBuffer::new(Path::new("/nonexistent/fb0"), folder.path(), Rotation::None)
                .show(Words::Stopped)
                .is_err()
        );
    }
}
