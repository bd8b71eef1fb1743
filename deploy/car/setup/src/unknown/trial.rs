//! A profile that was found, on the road for the first time: live, before anything of it is written.

use std::time::Duration;

use can_reader::{Event, Pipeline, SourceTime, Vehicle, Verdict};

use super::ear::Ear;
use crate::dash::agrees;
use crate::error::Error;
use crate::talk::Talk;

/// So many times the speed is shown, once a second.
const SHOWN: u32 = 12;

/// A car that is slower proves nothing, km/h.
const LEAST: f64 = 10.0;

/// The first second is not counted: the estimator has just begun.
const BEGIN: Duration = Duration::from_secs(1);

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trial {
    /// What the dash showed and what the profile gave then, km/h; `None`: nobody has read the dash.
    pub held: Option<(f64, f64)>,
    /// Frames that were understood, and those of them after which there was no speed.
    pub frames: u64,
    pub without: u64,
}

impl Trial {
    /// In a line.
    pub(super) fn describe(&self) -> String {
        let percent = 100.0 * self.without as f64 / self.frames.max(1) as f64;
        let held = match self.held {
            Some((shown, gave)) => format!("{gave:.1} km/h where the dash showed {shown:.0}"),
            None => "not held against the dash".to_owned(),
        };
        format!("tried live: {held}; no speed at {percent:.0} % of {} frames", self.frames)
    }

    /// What speaks against it.
    pub(super) fn doubts(&self) -> Vec<String> {
        let unheld = self.held.is_none().then_some("nobody held it against the dash");
        let often = (self.without * 10 > self.frames).then_some("there was often no speed when it was tried");
        unheld.into_iter().chain(often).map(str::to_owned).collect()
    }
}

/// Shows the speed while the car rolls, and holds it against the dash. `is_guess`: nobody has told its scale.
///
/// # Errors
/// It does not agree, or the person gives up.
pub(super) async fn try_live(
    talk: &mut Talk,
    ear: &mut impl Ear,
    vehicle: &Vehicle,
    is_guess: bool,
) -> Result<Trial, Error> {
    let mut car = Car { pipeline: Pipeline::new(vehicle.clone()), began: None, frames: 0, without: 0 };
    let question = format!(
        "\nNow it is tried, live, and still nothing is written. Press Enter and drive off: for {SHOWN} s you see the speed that it gives. "
    );
    ear.until(talk.line(&question), |now, event| car.take(now, event)).await?;
    for _ in 0..SHOWN {
        ear.hear(Duration::from_secs(1), |now, event| car.take(now, event)).await;
        talk.say(&format!("   {}", car.says()));
    }
    talk.forget_typed_ahead();
    loop {
        let question = "Hold a steady speed of 20 km/h or more. What does the dash show, km/h?";
        let shown = ear.until(talk.number(question), |now, event| car.take(now, event)).await?;
        let Some(shown) = shown else {
            talk.say("   Then nobody has held it against the dash.");
            return match talk.confirm("End it without a profile?", false).await? {
                true => Err(Error::Declined),
                false => Ok(car.tried(None)),
            };
        };
        if shown < LEAST {
            talk.say("   That is too slow to tell anything.");
            continue;
        }
        let gave = car.pipeline.estimate().speed_kmh;
        if let Some(gave) = gave.filter(|gave| agrees(shown, *gave)) {
            talk.say(&format!("   It gives {gave:.1} km/h: right."));
            return Ok(car.tried(Some((shown, gave))));
        }
        talk.say(&format!("   It gives {}: that does not agree.", car.says()));
        if is_guess {
            talk.say("   No wonder: the factor was a guess. Another drive, with the dash read in steps 2 and 3, tells it.");
        }
        if !talk.confirm("Once more?", true).await? {
            let why = match is_guess {
                true => ": the factor was a guess; read the dash in steps 2 and 3",
                false => "; so it is wrong. Start again, and hold the speed steady when you read the dash",
            };
            let gives = car.says();
            return Err(Error::NothingFound(format!(
                "the dash shows {shown:.0} km/h, and what was found gives {gives}{why}"
            )));
        }
    }
}

struct Car {
    pipeline: Pipeline,
    began: Option<SourceTime>,
    frames: u64,
    without: u64,
}

impl Car {
    fn take(&mut self, now: SourceTime, event: &Event) {
        let verdict = self.pipeline.handle(now, event);
        let began = *self.began.get_or_insert(now);
        if verdict == Verdict::Accepted && now.saturating_sub(began) > BEGIN {
            self.frames += 1;
            self.without += u64::from(self.pipeline.estimate().speed_kmh.is_none());
        }
    }

    fn tried(&self, held: Option<(f64, f64)>) -> Trial {
        Trial { held, frames: self.frames, without: self.without }
    }

    fn says(&self) -> String {
        match self.pipeline.estimate().speed_kmh {
            Some(kmh) => format!("{kmh:.1} km/h"),
            None => format!("no speed ({})", self.pipeline.reason()),
        }
    }
}
