//! One step of a plan, and carrying a plan out.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::error::Error;
use crate::install::install;
use crate::talk::Talk;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A file of the card has this text.
    Write {
        /// Its path, from the root of the card.
        path: &'static str,
        /// Its text.
        text: String,
    },
    /// A file of the card is gone.
    Remove {
        /// Its path, from the root of the card.
        path: &'static str,
    },
    /// A command that has to succeed.
    Run {
        /// The command.
        words: Vec<String>,
        /// What to do when it fails, a sentence without its full stop.
        remedy: &'static str,
    },
    /// A command for the end, also where a step before it failed. The next start does the same.
    Finally {
        /// The command.
        words: Vec<String>,
    },
    /// A word stands in a file now, or does not.
    Check {
        /// The file.
        path: String,
        /// What is looked for.
        word: &'static str,
        /// It must be there; else it must not.
        is_there: bool,
        /// What to do when it is otherwise.
        otherwise: String,
    },
}

/// A command that has to succeed, and what to do when it does not.
#[must_use]
pub fn run(words: &[&str], remedy: &'static str) -> Step {
    Step::Run { words: words.iter().map(|&word| word.to_owned()).collect(), remedy }
}

impl Step {
    /// As a person is shown it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Write { path, text } => {
                let lines = text.lines().map(|line| format!("\n        {line}"));
                format!("write {path}:{}", lines.collect::<String>())
            }
            Self::Remove { path } => format!("remove {path}"),
            Self::Run { words, .. } | Self::Finally { words } => typed(words),
            Self::Check { path, word, is_there, .. } => {
                format!("look whether {path} {} {word}", if *is_there { "has" } else { "has no" })
            }
        }
    }

    fn carry_out(&self, card: &Path) -> Result<(), Error> {
        match self {
            Self::Write { path, text } => {
                let path = card.join(path.trim_start_matches('/'));
                install(&path, text, |_| Ok(()))?;
                // The folder may be new; then its name has to be on the card too.
                path.ancestors().skip(1).take(2).try_for_each(sync)
            }
            Self::Remove { path } => {
                let path = card.join(path.trim_start_matches('/'));
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(Error::File { path, error });
                    }
                    _ => {}
                }
                let Some(folder) = path.parent().filter(|folder| folder.exists()) else { return Ok(()) };
                // A folder that was made for the file goes with it; one that has other files stays.
                match fs::remove_dir(folder) {
                    Ok(()) => folder.parent().map_or(Ok(()), sync),
                    Err(_) => sync(folder),
                }
            }
            Self::Run { words, remedy } => execute(words).map_err(|said| Error::Step {
                command: typed(words),
                words: said,
                remedy: (*remedy).to_owned(),
            }),
            Self::Finally { words } => execute(words).map_err(|said| Error::Step {
                command: typed(words),
                words: said,
                remedy: "The next start does the same: sudo reboot".to_owned(),
            }),
            Self::Check { path, word, is_there, otherwise } => {
                let text =
                    fs::read_to_string(path).map_err(|error| Error::File { path: path.into(), error })?;
                (text.contains(word) == *is_there)
                    .then_some(())
                    .ok_or_else(|| Error::ReadOnly(otherwise.clone()))
            }
        }
    }
}

/// Carries a plan out, step by step, and says each before it is done; whoever agreed to it gets all of it, Ctrl-C or not. `card`: the root folder of the card.
///
/// # Errors
/// The first step that failed; those after it are not done, but for what is for the end.
pub fn carry_out(talk: &mut Talk, steps: &[Step], card: &Path) -> Result<(), Error> {
    let mut result = Ok(());
    for step in steps {
        let is_last = matches!(step, Step::Finally { .. });
        if result.is_err() && !is_last {
            continue;
        }
        talk.say(&format!("  {}", step.shown().lines().next().unwrap_or_default().trim_end_matches(':')));
        match step.carry_out(card) {
            Err(error) if is_last => talk.say(&format!("  {error}.")),
            done if result.is_ok() => result = done,
            _ => {}
        }
    }
    result
}

fn sync(folder: &Path) -> Result<(), Error> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| Error::File { path: folder.to_owned(), error })
}

/// What it said, if it did not succeed.
fn execute(words: &[String]) -> Result<(), String> {
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let output = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Ctrl-C at the terminal is for this program, not for an mkfs or a dpkg in its midst.
        .process_group(0)
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    let said = said.into_iter().find(|said| !said.is_empty());
    // The end says why.
    let end = |said: String| {
        said.lines().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(" ")
    };
    Err(said.map_or_else(|| output.status.to_string(), end))
}

/// The command as a person would type it.
fn typed(words: &[String]) -> String {
    let quoted = words.iter().map(|word| match word.contains([' ', '[', '|', ';']) {
        true => format!("'{word}'"),
        false => word.clone(),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_carried_out_on_the_card() {
        let card = tempfile::tempdir().unwrap();
        let path = "/etc/systemd/system/a.service.d/b.conf";
        let file = card.path().join(&path[1..]);
        let mut talk = Talk::scripted(&[]);
        carry_out(&mut talk, &[Step::Write { path, text: "a = 1\n".to_owned() }], card.path()).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "a = 1\n");
        carry_out(&mut talk, &[Step::Remove { path }, Step::Remove { path }], card.path()).unwrap();
        assert!(!file.exists() && !file.parent().unwrap().exists(), "nor the folder, which was made for it");
        carry_out(&mut talk, &[Step::Remove { path: "/no/such/folder" }], card.path()).unwrap();
        assert_eq!(talk.said().matches("  remove /etc/systemd").count(), 2, "{}", talk.said());
    }

    #[test]
    fn the_first_failure_ends_it_but_for_what_is_for_the_end() {
        let card = tempfile::tempdir().unwrap();
        let touched = card.path().join("closed").display().to_string();
        let steps = [
            run(&["sh", "-c", "echo said why >&2; exit 3"], "Do this"),
            Step::Write { path: "/never", text: String::new() },
            Step::Finally { words: vec!["touch".to_owned(), touched.clone()] },
        ];
        let mut talk = Talk::scripted(&[]);
        let error = carry_out(&mut talk, &steps, card.path()).unwrap_err().to_string();
        assert_eq!(error, "`sh -c 'echo said why >&2; exit 3'` failed: said why. Do this");
        assert!(!card.path().join("never").exists() && Path::new(&touched).exists());
        let missing = carry_out(&mut talk, &[run(&["/no/such/program"], "Get it")], card.path());
        assert!(missing.unwrap_err().to_string().contains("No such file"));
        // What is for the end may fail: the next start does it.
        let last = Step::Finally { words: vec!["false".to_owned()] };
        carry_out(&mut talk, &[last], card.path()).unwrap();
        assert!(talk.said().contains("The next start does the same"), "{}", talk.said());
    }

    #[test]
    fn what_a_command_should_have_written_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cmdline.txt").display().to_string();
        fs::write(&path, "overlayroot=tmpfs root=1\n").unwrap();
        let check = |is_there| Step::Check {
            path: path.clone(),
            word: "overlayroot=tmpfs",
            is_there,
            otherwise: "by hand".to_owned(),
        };
        let mut talk = Talk::scripted(&[]);
        carry_out(&mut talk, &[check(true)], folder.path()).unwrap();
        let error = carry_out(&mut talk, &[check(false)], folder.path()).unwrap_err();
        assert!(error.to_string().ends_with("by hand"), "{error}");
    }
}
