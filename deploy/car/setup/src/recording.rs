//! Which car a recording is of: no interface, and nothing of the system is changed.

use std::path::Path;

use can_reader::source::{Rate, Replay, ReplayError, ReplayOptions};
use can_reader::{Event, FrameSource};

use crate::cli::Cli;
use crate::error::Error;
use crate::fit::{Candidate, Grade, Offer, offer};
use crate::place::Place;
use crate::profiles;
use crate::talk::Talk;
use crate::unknown::of_log;

/// Names the car of a recording, says how sure that is and why, and what to type.
///
/// # Errors
/// The recording cannot be read, or no profile fits it and no wheel speeds are found in it.
pub async fn recognise(cli: &Cli, talk: &mut Talk, log: &Path) -> Result<(), Error> {
    if cli.unknown {
        return of_log(cli, talk, log).await;
    }
    let place = Place::new(cli.root.as_deref());
    let profiles = profiles::load(&place, cli.vehicle.as_deref())?;
    profiles.warnings.iter().for_each(|warning| talk.say(warning));
    let mut candidates = profiles.candidates;
    let frames = hear(log, &mut candidates).await?;
    let name = log.display().to_string();
    if frames == 0 {
        return Err(Error::EmptyRecording(name));
    }
    let (places, headline) = match offer(&candidates) {
        Offer::Certain(place) => {
            let candidate = &candidates[place];
            (vec![place], format!("{name}: this is {}, {}.", candidate.key, candidate.title()))
        }
        Offer::Choice(places) => {
            let best = places.iter().filter(|place| candidates[**place].grade() >= Grade::Rolled).count();
            let words = match best {
                0 => "It may be one of these; nothing in the recording proves it:",
                1 => "It is probably the first of these:",
                _ => "More than one profile fits:",
            };
            (places, format!("{name}: not certain. {words}"))
        }
        Offer::Nothing => {
            talk.say(&format!("{name}: no profile fits what is in it."));
            return of_log(cli, talk, log).await;
        }
    };
    talk.say(&headline);
    for place in &places {
        say(talk, &candidates[*place], &name);
    }
    if places.iter().any(|place| candidates[*place].can_roll()) {
        talk.say("\nWhat would prove it: a recording in which the car rolls off from a standstill, a few metres are enough.");
    }
    if places.iter().all(|place| candidates[*place].grade() < Grade::Rolled) {
        talk.say(&format!(
            "\nIf it is none of these, its wheel speeds can be found: cardash-setup --unknown --log {name}"
        ));
    }
    talk.say("\nNothing was written.");
    Ok(())
}

fn say(talk: &mut Talk, candidate: &Candidate, log: &str) {
    talk.say(&format!("\n  {}, {}: {}", candidate.key, candidate.title(), candidate.verdict()));
    candidate.evidence().iter().for_each(|line| talk.say(&format!("      {line}")));
    if let Some(proof) = candidate.vehicle().proof() {
        talk.say(&format!("      the profile itself: {}", proof.says));
    }
    let word = candidate.word();
    talk.say(&format!("    in that car:  sudo cardash-setup --vehicle {word}"));
    talk.say(&format!("    on this log:  can-reader speed --vehicle {word} {log}"));
}

/// A recording, to be read once and as fast as that goes.
pub(crate) fn open(log: &Path) -> Result<Replay, ReplayError> {
    Replay::open(log, ReplayOptions { rate: Rate::Max, repeat: false, progress: false })
}

/// Has the candidates hear the whole recording; how many frames it has.
///
/// # Errors
/// It cannot be read.
pub async fn hear(log: &Path, candidates: &mut [Candidate]) -> Result<u64, Error> {
    let mut replay = open(log)?;
    let mut frames = 0;
    loop {
        let event = replay.next(None).await;
        if event == Event::End {
            return Ok(frames);
        }
        frames += u64::from(matches!(event, Event::Frame(_)));
        let now = replay.now();
        candidates.iter_mut().for_each(|candidate| candidate.add(now, &event));
    }
}
