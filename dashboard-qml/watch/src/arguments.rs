//! The command line. By hand: this program is in the way of the cluster's start, and has four options.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::still::Rotation;

/// What `--help` prints.
pub const HELP: &str = "\
Usage: screen-watch [OPTION]... [--] PROGRAM [ARGUMENT]...

Starts PROGRAM, a dashboard-qml, and watches it. Its GUI thread says every 100 ms that it turns. While there is a
number on the screen, 250 ms without that are a hang: the program is killed, a still picture without a number is
put on the frame buffer, and the program is started again. If the program ends, so does screen-watch, with its
exit status, and the still picture stays.

  --frame-buffer DEVICE  where the still picture goes, such as /dev/fb0; without it none is drawn
  --graphics DIR         where the kernel describes frame buffers (/sys/class/graphics)
  --backlight DIR        switch these backlights off if the hung program cannot be killed (/sys/class/backlight)
  --rotated DEGREES      the screen is mounted turned by 90, 180 or 270 degrees

Run by kiosk-start and cardash-dashboard.service.
";

/// The command line, understood.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
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

impl Arguments {
    /// Understands `words`, which are without the program's own name; `None` where help is wanted.
    ///
    /// # Errors
    /// A sentence that names the word that is wrong.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Option<Self>, String> {
        let mut words = words.into_iter();
        let mut found = Self {
            frame_buffer: None,
            graphics: "/sys/class/graphics".into(),
            backlight: None,
            rotation: Rotation::None,
            program: OsString::new(),
            program_arguments: Vec::new(),
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{} needs a value", word.display()));
            match word.to_str() {
                Some("--help" | "-h") => return Ok(None),
                Some("--frame-buffer") => found.frame_buffer = Some(value()?.into()),
                Some("--graphics") => found.graphics = value()?.into(),
                Some("--backlight") => found.backlight = Some(value()?.into()),
                Some("--rotated") => found.rotation = rotation(&value()?)?,
                Some("--") => found.program = value()?,
                Some(option) if option.starts_with('-') => return Err(format!("unknown option {option}")),
                _ => found.program = word,
            }
            if !found.program.is_empty() {
                found.program_arguments = words.collect();
                return Ok(Some(found));
            }
        }
        Err("no program to watch".to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Arguments>, String> {
        Arguments::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn what_follows_the_program_is_its_own() {
        for line in [
            "--frame-buffer /dev/fb1 --rotated 180 cluster --help -- x",
            "--rotated 180 --frame-buffer /dev/fb1 -- cluster --help -- x",
        ] {
            let found = parse(line).unwrap().unwrap();
            assert_eq!(found.frame_buffer, Some("/dev/fb1".into()));
            assert_eq!(found.rotation, Rotation::Half);
            assert_eq!(found.program, "cluster");
            assert_eq!(found.program_arguments, ["--help", "--", "x"]);
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
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains(named), "{line:?}: {error}");
        }
        assert_eq!(parse("--graphics x -h"), Ok(None));
    }
}
