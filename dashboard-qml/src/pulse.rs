//! What the GUI thread tells `screen-watch`: that it turns, and whether a number is on the screen.

use cardash_watch::{Beat, Beats, PIPE};

use crate::pages;

/// Signs of life without a number before the watch is told that there is none: the frame that takes the number away is
/// drawn by then.
const TURNS_UNTIL_DRAWN: u32 = 3;
/// Signs of life (1 s, and longer where they are late) in which a number counts as one that is just coming: a renderer
/// compiles what it has not drawn before, and a slow one draws its first frames slowly.
const TURNS_UNTIL_SEEN: u32 = 10;

/// Belongs to the GUI thread, and is nowhere else.
pub(crate) struct Pulse {
    beats: Beats,
    numbers: Numbers,
    /// What is left to do once a number is on the screen, which the start of the program should not wait for.
    then: Option<fn()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    /// There are none.
    None,
    /// They have come, so many signs of life ago.
    Appearing { turns: u32 },
    /// They are on the screen.
    Seen,
    /// They have gone, so many signs of life ago.
    Leaving { turns: u32 },
}

impl Pulse {
    /// `None` if nobody watches. Ends the program if the watch has gone meanwhile.
    pub(crate) fn from_environment() -> Option<Self> {
        let pipe = std::env::var(PIPE).ok()?;
        let Some(beats) = Beats::open(&pipe) else {
            eprintln!("dashboard-qml: nobody watches the screen: there is no pipe {pipe} ({PIPE})");
            std::process::exit(1);
        };
        Some(Self { beats, numbers: Numbers::None, then: Some(pages::keep) })
    }

    /// Whether somebody watches.
    pub(crate) fn is_wanted() -> bool {
        std::env::var_os(PIPE).is_some()
    }

    /// A picture with or without numbers is what will be drawn next.
    pub(crate) fn shows(&mut self, numbers: bool) {
        let next = match (self.numbers, numbers) {
            (Numbers::None, true) => Numbers::Appearing { turns: 0 },
            // The old ones may be on the screen still.
            (Numbers::Leaving { .. }, true) => Numbers::Seen,
            (Numbers::Appearing { .. } | Numbers::Seen, false) => Numbers::Leaving { turns: 0 },
            _ => return,
        };
        self.numbers = next;
        self.say();
    }

    /// A frame is on the screen.
    pub(crate) fn swapped(&mut self) {
        self.say();
    }

    /// The GUI thread has come round again.
    pub(crate) fn turns(&mut self) {
        if let Numbers::Appearing { turns } | Numbers::Leaving { turns } = &mut self.numbers {
            *turns += 1;
        }
        self.say();
    }

    fn say(&mut self) {
        self.numbers = match self.numbers {
            Numbers::Appearing { turns: TURNS_UNTIL_SEEN.. } => Numbers::Seen,
            Numbers::Leaving { turns: TURNS_UNTIL_DRAWN.. } => Numbers::None,
            as_before => as_before,
        };
        if self.numbers == Numbers::Seen
            && let Some(then) = self.then.take()
        {
            then();
        }
        self.beats.say(match self.numbers {
            Numbers::None => Beat::Calm,
            Numbers::Appearing { .. } => Beat::Appearing,
            Numbers::Seen | Numbers::Leaving { .. } => Beat::Numbers,
        });
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.beats.say(Beat::Ending);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::fd::AsRawFd;
    use std::time::Duration;

    use super::*;

    /// What the watch hears of what is done with a pulse; each later than the last, so that it is said again.
    fn heard(steps: &[fn(&mut Pulse)]) -> String {
        let (mut heard, said) = std::io::pipe().unwrap();
        let beats = Beats::open(&said.as_raw_fd().to_string()).unwrap();
        let mut pulse = Pulse { beats, numbers: Numbers::None, then: None };
        for step in steps {
            step(&mut pulse);
            std::thread::sleep(Duration::from_millis(60));
        }
        drop(pulse);
        drop(said);
        let mut words = String::new();
        heard.read_to_string(&mut words).unwrap();
        words
    }

    const COMES: fn(&mut Pulse) = |pulse| pulse.shows(true);
    const GOES: fn(&mut Pulse) = |pulse| pulse.shows(false);
    const TURNS: fn(&mut Pulse) = Pulse::turns;
    const SWAPPED: fn(&mut Pulse) = Pulse::swapped;

    #[test]
    fn a_number_is_just_coming_for_a_second_and_dashes_are_told_when_they_are_drawn() {
        assert_eq!(heard(&[TURNS, COMES, SWAPPED, TURNS]), "caaae");
        let long =
            [&[COMES][..], &[TURNS; 10], &[SWAPPED, GOES, TURNS, TURNS, SWAPPED, TURNS, TURNS]].concat();
        assert_eq!(heard(&long), "aaaaaaaaaannnnnncce");
    }

    #[test]
    fn a_number_that_comes_back_at_once_has_never_gone() {
        let seen = [&[COMES][..], &[TURNS; 10], &[GOES, TURNS, COMES, TURNS]].concat();
        assert_eq!(heard(&seen), "aaaaaaaaaannnnne");
    }

    #[test]
    fn a_number_of_no_pipe_is_nobody_who_watches() {
        for number in ["", "x", "-1", "1000000", "1; rm"] {
            assert!(Beats::open(number).is_none(), "{number:?}");
        }
    }
}
