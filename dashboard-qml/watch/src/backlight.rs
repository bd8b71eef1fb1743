//! The last means: a panel without light shows nothing.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// Switches the backlights of this folder off (`/sys/class/backlight`); how many of them.
pub(crate) fn switch_off(folder: &Path) -> usize {
    let devices = std::fs::read_dir(folder).into_iter().flatten().flatten();
    devices
        .filter(|device| {
            let file = device.path().join("brightness");
            OpenOptions::new()
                .write(true)
                .truncate(true)
                .open(file)
                .and_then(|mut file| file.write_all(b"0"))
                .is_ok()
        })
        .count()
}
