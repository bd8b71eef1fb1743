//! The drive, step by step: what a mechanic is asked to do, and when he did it.

use std::time::Duration;

use can_reader::discover::{Bend, Reading, References};

use super::ear::Ear;
use super::record::Record;
use crate::error::Error;
use crate::talk::Talk;

/// The car stands for so long after it was said that it does.
const STAND: Duration = Duration::from_secs(10);

/// And for so long at the end.
const END: Duration = Duration::from_secs(3);

/// Who types has looked at the dash so long before, seconds.
const LOOKED_S: f64 = 1.0;

/// What a dash can show of a car that rolls, km/h: sensors see little of less, and more is a slip of the finger.
const SHOWN: std::ops::RangeInclusive<f64> = 5.0..=250.0;

/// Two speeds differ by so much, km/h: at one speed a wrong value of rest and a wrong factor look alike.
const APART: f64 = 8.0;

/// Leads through the drive, which is recorded; gives what was seen on the way.
///
/// # Errors
/// Nobody answers, or there is nothing to record.
pub(super) async fn lead(
    talk: &mut Talk,
    ear: &mut impl Ear,
    record: &mut Record,
) -> Result<References, Error> {
    let mut way = Way { talk, ear, record };
    way.talk.say("\nThe drive has six steps, and is being recorded. Ctrl-C ends it at any time; nothing is written then.");
    way.begin("\n1 of 6: stand, with the engine running. Press Enter when you stand.").await?;
    way.talk.say(&format!("   Stand for {} s ...", STAND.as_secs()));
    way.wait(STAND).await?;
    let mut known = References::default();
    let slow = way
        .reading(
            "\n2 of 6: drive off straight ahead, to about 20 km/h, and hold it. What does the dash show, km/h?",
            None,
        )
        .await?;
    let fast = way
        .reading(
            &format!(
                "\n3 of 6: faster, 30 km/h or more ({APART:.0} more at least), and hold it. What does the dash show, km/h?"
            ),
            slow,
        )
        .await?;
    known.dash.extend([slow, fast].into_iter().flatten());
    if known.dash.is_empty() {
        way.talk.say("   Then the speed will be a guess: nothing else says what a count is in km/h.");
    }
    for (step, is_left) in [(4, true), (5, false)] {
        known.bends.extend(way.bend(step, is_left).await?);
    }
    if known.bends.is_empty() {
        way.talk.say("   Then nothing proves which wheels are the front ones, and which the left ones.");
    }
    way.ask("\n6 of 6: brake, and stand. Press Enter when you stand.").await?;
    way.wait(END).await?;
    Ok(known)
}

/// All that a step needs.
struct Way<'a, E> {
    talk: &'a mut Talk,
    ear: &'a mut E,
    record: &'a mut Record,
}

impl<E: Ear> Way<'_, E> {
    /// The question that begins the drive may be open for as long as anybody likes: what was recorded meanwhile is not of it.
    async fn begin(&mut self, question: &str) -> Result<(), Error> {
        let Self { talk, ear, record } = self;
        let question = format!("{question} ");
        ear.until(talk.line(&question), |now, event| record.add(now, event)).await?;
        record.begin();
        record.check()
    }

    async fn ask(&mut self, question: &str) -> Result<String, Error> {
        let Self { talk, ear, record } = self;
        let question = format!("{question} ");
        let answer = ear.until(talk.line(&question), |now, event| record.add(now, event)).await?;
        record.check()?;
        Ok(answer)
    }

    async fn wait(&mut self, time: Duration) -> Result<(), Error> {
        let Self { talk, ear, record } = self;
        ear.hear(time, |now, event| record.add(now, event)).await;
        talk.forget_typed_ahead();
        record.check()
    }

    /// What the dash shows; `before`: the other one. `None`: it cannot be said.
    async fn reading(&mut self, question: &str, before: Option<Reading>) -> Result<Option<Reading>, Error> {
        loop {
            let Self { talk, ear, record } = self;
            let shown = ear.until(talk.number(question), |now, event| record.add(now, event)).await?;
            record.check()?;
            let Some(kmh) = shown else {
                self.talk.say("   Left out.");
                return Ok(None);
            };
            if !SHOWN.contains(&kmh) {
                self.talk.say(&format!(
                    "   Between {:.0} and {:.0} km/h, or Enter to leave it out.",
                    SHOWN.start(),
                    SHOWN.end()
                ));
            } else if before.is_some_and(|before| (before.kmh - kmh).abs() < APART) {
                self.talk.say(&format!(
                    "   That is too near to the other speed: {APART:.0} km/h away at least, or Enter to leave it out."
                ));
            } else {
                return Ok(Some(Reading { kmh, at: (self.record.seconds() - LOOKED_S).max(0.0) }));
            }
        }
    }

    /// A bend; `None`: it was left out.
    async fn bend(&mut self, step: u32, is_left: bool) -> Result<Option<Bend>, Error> {
        let side = if is_left { "left" } else { "right" };
        let begins = format!(
            "\n{step} of 6: a tight bend to the {side}, slowly (10 to 20 km/h). Press Enter as it begins, or n to leave it out."
        );
        if matches!(self.ask(&begins).await?.to_lowercase().as_str(), "n" | "no") {
            self.talk.say("   Left out.");
            return Ok(None);
        }
        let from = self.record.seconds();
        self.ask("   And Enter when the car goes straight again.").await?;
        Ok(Some(Bend { is_left, from, to: self.record.seconds() }))
    }
}
