//! The command line. By hand: this program is in the way of the cluster's start, and has few options.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::still::{Rotation, Words};

/// What `--help` prints.
pub const HELP: &str = "\
Usage: screen-watch [OPTION]... [--] PROGRAM [ARGUMENT]...
       screen-watch --still starting|stopped [OPTION]...

Starts PROGRAM, a dashboard-qml, and watches it. Its GUI thread says every 100 ms that it turns. While there is a
number on the screen, 250 ms without that are a hang: the program is killed, a still picture without a number is
put on the frame buffer, and the program is started again. If the program ends, so does screen-watch, with its
exit status, and the still picture stays.

  --frame-buffer DEVICE  where the still picture goes, such as /dev/fb0; without it none is drawn
  --graphics DIR         where the kernel describes frame buffers (/sys/class/graphics)
  --backlight DIR        switch these backlights off if the hung program cannot be killed (/sys/class/backlight)
  --rotated DEGREES      the screen is mounted turned by 90, 180 or 270 degrees

With --still it starts nothing, puts a picture that says just that on every frame buffer that there is, and ends:

  --console DEVICE       hide the cursor of this console, such as /dev/tty1
  --devices DIR          where frame buffers have their devices (/dev)
  --rotated DEGREES      as Qt turns the cluster: 90, 180 or -90, and not at all by anything else
  --graphics             as above

Run by kiosk-start, cardash-dashboard.service, cardash-first-picture.service and a rule of udev (90-cardash-screen.rules).
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    /// Tell what there is.
    Help,
    /// Start a cluster and watch it.
    Watch(Watched),
    /// Draw a still picture.
    Paint(Painting),
}

/// A cluster that is to be watched.
#[derive(Debug, PartialEq, Eq)]
pub struct Watched {
    /// The device that the still picture is written to.
    pub frame_buffer: Option<PathBuf>,
    /// The folder that has a folder for each frame buffer.
    pub graphics: PathBuf,
    /// The folder of backlights.
    pub backlight: Option<PathBuf>,
    /// How the screen is mounted.
    pub rotation: Rotation,
    /// The program that is watched.
    pub program: OsString,
    /// Its arguments.
    pub program_arguments: Vec<OsString>,
}

/// A still picture, and where it goes.
#[derive(Debug, PartialEq, Eq)]
pub struct Painting {
    /// What it says.
    pub words: Words,
    /// The folder that has a folder for each frame buffer.
    pub graphics: PathBuf,
    /// The folder of their devices.
    pub devices: PathBuf,
    /// The console whose cursor would blink through.
    pub console: Option<PathBuf>,
    /// How the screen is mounted.
    pub rotation: Rotation,
}

impl Task {
    /// Understands `words`, which are without the program's own name.
    ///
    /// # Errors
    /// A sentence that names the word that is wrong.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut words = words.into_iter().peekable();
        let still = match words.next_if(|word| word == "--still") {
            Some(_) => Some(still(words.next())?),
            None => None,
        };
        let mut watched = Watched {
            frame_buffer: None,
            graphics: "/sys/class/graphics".into(),
            backlight: None,
            rotation: Rotation::None,
            program: OsString::new(),
            program_arguments: Vec::new(),
        };
        let (mut devices, mut console) = (PathBuf::from("/dev"), None);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{} needs a value", word.display()));
            match (word.to_str(), still.is_some()) {
                (Some("--help" | "-h"), _) => return Ok(Self::Help),
                (Some("--graphics"), _) => watched.graphics = value()?.into(),
                (Some("--rotated"), false) => watched.rotation = rotation(&value()?)?,
                (Some("--rotated"), true) => watched.rotation = as_qt(&value()?),
                (Some("--devices"), true) => devices = value()?.into(),
                (Some("--console"), true) => console = Some(value()?.into()),
                (Some("--frame-buffer"), false) => watched.frame_buffer = Some(value()?.into()),
                (Some("--backlight"), false) => watched.backlight = Some(value()?.into()),
                (Some("--"), false) => watched.program = value()?,
                (Some(option), _) if option.starts_with('-') => {
                    return Err(format!("unknown option {option}"));
                }
                (_, true) => return Err(format!("{}: a still picture is of no program", word.display())),
                (_, false) => watched.program = word,
            }
            if !watched.program.is_empty() {
                watched.program_arguments = words.collect();
                return Ok(Self::Watch(watched));
            }
        }
        let Some(words) = still else { return Err("no program to watch".to_owned()) };
        let Watched { graphics, rotation, .. } = watched;
        Ok(Self::Paint(Painting { words, graphics, devices, console, rotation }))
    }
}

fn still(word: Option<OsString>) -> Result<Words, String> {
    match word.as_deref().and_then(|word| word.to_str()) {
        Some("starting") => Ok(Words::Starting),
        Some("stopped") => Ok(Words::Stopped),
        _ => Err("--still needs one of the words: starting, stopped".to_owned()),
    }
}

fn rotation(degrees: &OsString) -> Result<Rotation, String> {
    match degrees.to_str() {
        Some("0") => Ok(Rotation::None),
        Some("90") => Ok(Rotation::Quarter),
        Some("180" | "-180") => Ok(Rotation::Half),
        Some("270" | "-90") => Ok(Rotation::ThreeQuarters),
        _ => Err(format!("--rotated cannot be {}: it is 0, 90, 180 or 270", degrees.display())),
    }
}

/// What `QT_QPA_EGLFS_ROTATION` means, which may be nothing or nonsense: a number must be gone from the screen all the same.
fn as_qt(degrees: &OsString) -> Rotation {
    match degrees.to_str() {
        Some("90") => Rotation::Quarter,
        Some("180") => Rotation::Half,
        Some("-90") => Rotation::ThreeQuarters,
        _ => Rotation::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Task, String> {
        Task::parse(line.split(' ').filter(|word| !word.is_empty()).map(OsString::from))
    }

    #[test]
    fn what_follows_the_program_is_its_own() {
        for line in [
            "--frame-buffer /dev/fb1 --rotated 180 cluster --help -- x",
            "--rotated 180 --frame-buffer /dev/fb1 -- cluster --help -- x",
        ] {
            let Ok(Task::Watch(found)) = parse(line) else { panic!("{line}") };
            assert_eq!(found.frame_buffer, Some("/dev/fb1".into()));
            assert_eq!(found.rotation, Rotation::Half);
            assert_eq!(found.program, "cluster");
            assert_eq!(found.program_arguments, ["--help", "--", "x"]);
        }
    }

    #[test]
    fn a_still_picture_is_turned_as_qt_turns_the_cluster() {
        for (degrees, rotation) in [
            ("", Rotation::None),
            ("270", Rotation::None),
            ("left", Rotation::None),
            ("-90", Rotation::ThreeQuarters),
        ] {
            let words = ["--still", "starting", "--rotated", degrees].map(OsString::from);
            let Ok(Task::Paint(found)) = Task::parse(words) else { panic!("{degrees}") };
            assert_eq!(found.words, Words::Starting);
            assert_eq!(found.devices, PathBuf::from("/dev"));
            assert_eq!(found.rotation, rotation, "{degrees}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, named) in [
            ("", "no program"),
            ("--rotated 45 x", "45"),
            ("--blink x", "--blink"),
            ("--backlight", "--backlight"),
            ("--", "--"),
            ("--devices /dev x", "--devices"),
            ("--still stopped cluster", "cluster"),
            ("--still dark", "stopped"),
            ("--still", "stopped"),
            ("--still stopped --frame-buffer /dev/fb0", "--frame-buffer"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains(named), "{line:?}: {error}");
        }
        assert_eq!(parse("--graphics x -h"), Ok(Task::Help));
    }
}
