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
    /// What the dash showed, km/h.
    pub shown: f64,
    /// What the profile gave then, km/h.
    pub gave: f64,
    /// Frames that were understood, and those of them after which there was no speed.
    pub frames: u64,
    pub without: u64,
}

impl Trial {
    /// In a line.
    pub(super) fn describe(&self) -> String {
        let percent = 100.0 * self.without as f64 / self.frames.max(1) as f64;
        format!(
            "tried live: {:.1} km/h where the dash showed {:.0}; no speed at {percent:.0} % of {} frames",
            self.gave, self.shown, self.frames
        )
    }

    /// What speaks against it.
    pub(super) fn doubt(&self) -> Option<String> {
        (self.without * 10 > self.frames).then(|| "there was often no speed when it was tried".to_owned())
    }
}

/// Shows the speed while the car rolls, and holds it against the dash.
///
/// # Errors
/// It does not agree, or the person gives up.
pub(super) async fn try_live(talk: &mut Talk, ear: &mut impl Ear, vehicle: &Vehicle) -> Result<Trial, Error> {
    let mut car = Car { pipeline: Pipeline::new(vehicle.clone()), began: None, frames: 0, without: 0 };
    let question = format!(
        "\nNow it is tried, live, and still nothing is written. Press Enter and drive off: for {SHOWN} s you see the speed that it gives. "
    );
    ear.until(talk.line(&question), |now, event| car.take(now, event)).await?;
    for _ in 0..SHOWN {
        ear.hear(Duration::from_secs(1), |now, event| car.take(now, event)).await;
        talk.say(&format!("   {}", car.says()));
    }
    loop {
        let question = "Hold a steady speed of 20 km/h or more. What does the dash show, km/h?";
        let shown = ear.until(talk.number(question), |now, event| car.take(now, event)).await?;
        let Some(shown) = shown else { return Err(Error::Declined) };
        if shown < LEAST {
            talk.say("   That is too slow to tell anything.");
            continue;
        }
        let gave = car.pipeline.estimate().speed_kmh;
        if let Some(gave) = gave.filter(|gave| agrees(shown, *gave)) {
            talk.say(&format!("   It gives {gave:.1} km/h: right."));
            return Ok(Trial { shown, gave, frames: car.frames, without: car.without });
        }
        talk.say(&format!("   It gives {}: that does not agree.", car.says()));
        if !talk.confirm("Once more?", true).await? {
            return Err(Error::NothingFound(format!(
                "the dash shows {shown:.0} km/h, and what was found gives {}; so it is wrong. Start again, and hold the speed steady \
                 when you read the dash",
                car.says()
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

    fn says(&self) -> String {
        match self.pipeline.estimate().speed_kmh {
            Some(kmh) => format!("{kmh:.1} km/h"),
            None => format!("no speed ({})", self.pipeline.reason()),
        }
    }
}
