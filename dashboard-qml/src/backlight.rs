//! The panel's backlight: all of it by day, a part by night, none on a dark screen.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A driver may come after the cluster: it is looked for so often ...
const RETRY: Duration = Duration::from_secs(1);
/// ... and for so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// How bright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Day,
    Night,
    Dark,
}

/// A thread of its own, because a panel's controller at the end of a slow wire must not hold up a picture. When this is
/// dropped the panel is as bright as by day.
pub(crate) struct Backlight {
    levels: Option<Sender<Level>>,
    thread: Option<JoinHandle<()>>,
}

impl Backlight {
    /// `folder` is `/sys/class/backlight`, with a folder for each; `night_percent` of the most is the night.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(folder: PathBuf, night_percent: u32) -> io::Result<Self> {
        let (levels, wanted) = channel();
        let thread = std::thread::Builder::new()
            .name("backlight".to_owned())
            .spawn(move || work(&folder, night_percent, &wanted))?;
        Ok(Self { levels: Some(levels), thread: Some(thread) })
    }

    /// Wants this from now on; does not wait for it.
    pub(crate) fn set(&self, level: Level) {
        if let Some(levels) = &self.levels {
            // The thread ends only after this.
            let _ = levels.send(level);
        }
    }
}

impl Drop for Backlight {
    fn drop(&mut self) {
        drop(self.levels.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(folder: &Path, night_percent: u32, wanted: &Receiver<Level>) {
    let start = Instant::now();
    let mut last: Option<Level> = None;
    let mut complained = false;
    let mut done = true;
    loop {
        let next =
            if done { wanted.recv().map_err(RecvTimeoutError::from) } else { wanted.recv_timeout(RETRY) };
        match next {
            Ok(level) => last = Some(wanted.try_iter().last().unwrap_or(level)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let Some(level) = last else { continue };
        let result = set_all(folder, level, night_percent);
        done = matches!(result, Ok(1..)) || start.elapsed() > PATIENCE;
        if let (Err(error), true) = (result, done && !complained) {
            complained = true;
            eprintln!("dashboard-qml: the backlight is not dimmed: {error}");
        }
    }
    if last.is_some() {
        // Whoever comes next must see something; what fails has been said.
        let _ = set_all(folder, Level::Day, night_percent);
    }
}

/// Sets each backlight; how many there are.
fn set_all(folder: &Path, level: Level, night_percent: u32) -> Result<usize, String> {
    let mut count = 0;
    for device in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        set(&device.path(), level, night_percent)?;
        count += 1;
    }
    Ok(count)
}

fn set(device: &Path, level: Level, night_percent: u32) -> Result<(), String> {
    let file = device.join("max_brightness");
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let most: u32 =
        text.trim().parse().map_err(|_| format!("{}: {:?} is no number", file.display(), text.trim()))?;
    let steps = match level {
        Level::Day => most,
        Level::Night => of(most, night_percent),
        Level::Dark => 0,
    };
    let file = device.join("brightness");
    OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(&file)
        .and_then(|mut brightness| brightness.write_all(steps.to_string().as_bytes()))
        .map_err(|error| {
            format!("{}: {error}; the group video has to be allowed to write it", file.display())
        })
}

/// A part of the steps, rounded up: of a panel with few steps the night is not dark.
fn of(most: u32, percent: u32) -> u32 {
    let steps = (u64::from(most) * u64::from(percent)).div_ceil(100);
    u32::try_from(steps).unwrap_or(most).min(most)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn panel(folder: &Path, name: &str, most: &str) -> PathBuf {
        let device = folder.join(name);
        fs::create_dir_all(&device).unwrap();
        fs::write(device.join("max_brightness"), format!("{most}\n")).unwrap();
        fs::write(device.join("brightness"), most).unwrap();
        fs::write(device.join("bl_power"), "0\n").unwrap();
        device
    }

    #[test]
    fn each_panel_has_its_own_steps() {
        let folder = tempfile::tempdir().unwrap();
        let fine = panel(folder.path(), "10-0045", "255");
        let coarse = panel(folder.path(), "gpio", "1");
        for (level, expected) in
            [(Level::Night, ["51", "1"]), (Level::Dark, ["0", "0"]), (Level::Day, ["255", "1"])]
        {
            assert_eq!(set_all(folder.path(), level, 20), Ok(2));
            let read = [&fine, &coarse].map(|device| fs::read_to_string(device.join("brightness")).unwrap());
            assert_eq!(read, expected, "{level:?}");
        }
        assert_eq!(fs::read_to_string(fine.join("bl_power")).unwrap(), "0\n");
    }

    #[test]
    fn a_night_is_never_dark_nor_more_than_the_day() {
        for most in [1, 2, 7, 31, 255, 4095, 65_535, u32::MAX] {
            for percent in 5..=100 {
                assert!((1..=most).contains(&of(most, percent)), "{percent} % of {most}");
            }
            assert_eq!(of(most, 100), most);
        }
    }

    #[test]
    fn without_a_backlight_nothing_is_dimmed_and_a_broken_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(set_all(&folder.path().join("none"), Level::Night, 20), Ok(0));
        assert_eq!(set_all(folder.path(), Level::Night, 20), Ok(0));
        panel(folder.path(), "odd", "many");
        let error = set_all(folder.path(), Level::Night, 20).unwrap_err();
        assert!(error.contains("odd/max_brightness") && error.contains("\"many\""), "{error}");
        // Nothing is made where it should be.
        let device = panel(folder.path(), "odd", "10");
        fs::remove_file(device.join("brightness")).unwrap();
        assert!(set_all(folder.path(), Level::Night, 20).unwrap_err().contains("odd/brightness"));
        assert!(!device.join("brightness").exists());
    }

    #[test]
    fn a_panel_that_comes_late_is_dimmed_and_bright_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let backlight = Backlight::start(folder.path().to_owned(), 30).unwrap();
        backlight.set(Level::Night);
        std::thread::sleep(RETRY / 4);
        let brightness = panel(folder.path(), "late", "100").join("brightness");
        let until = Instant::now() + RETRY * 20;
        while fs::read_to_string(&brightness).unwrap() != "30" {
            assert!(Instant::now() < until, "it was never dimmed");
            std::thread::sleep(RETRY / 20);
        }
        drop(backlight);
        assert_eq!(fs::read_to_string(&brightness).unwrap(), "100");
    }
}
