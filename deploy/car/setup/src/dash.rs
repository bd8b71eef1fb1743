//! A profile that is known from public notes only, held against the dash at two speeds by the person in the car.

use std::time::Duration;

use crate::error::Error;
use crate::fit::Candidate;
use crate::hear::Task;
use crate::talk::Talk;

/// The two have to differ by so much, km/h: at one speed a wrong offset and a wrong factor look alike.
const APART: f64 = 15.0;

/// So long is listened at each.
const TIME: Duration = Duration::from_secs(2);

/// Whether what a dash shows, km/h, can be the speed of the wheels: never less, and by UN R39 at most a tenth and 4 km/h more. It is
/// read while the car drives, so 2 km/h either way are allowed.
#[must_use]
pub fn agrees(shown: f64, kmh: f64) -> bool {
    (kmh - 2.0..=kmh * 1.1 + 6.0).contains(&shown)
}

/// Asks twice.
///
/// # Errors
/// It does not agree, or the person gives up.
pub async fn hold_against(
    talk: &mut Talk,
    task: &Task<'_>,
    candidates: &mut [Candidate],
    place: usize,
) -> Result<(), Error> {
    let key = candidates[place].key.clone();
    talk.say(&format!(
        "\nProfile {key} is known from public notes only, and nobody has driven with it yet. So hold it against the dash at two \
         speeds, say 20 and 50 km/h. Let a passenger type."
    ));
    let mut first: Option<f64> = None;
    loop {
        let question = match first {
            None => "Drive at a steady speed. What does the dash show, km/h?".to_owned(),
            Some(shown) => format!("And now at another speed, {APART:.0} km/h away from {shown:.0} or more:"),
        };
        let Some(shown) = talk.number(&question).await? else { return Err(Error::Declined) };
        if shown < 10.0 || first.is_some_and(|first| (first - shown).abs() < APART) {
            talk.say("That is too slow, or too near to the other one.");
            continue;
        }
        Task { time: TIME, ..*task }.hear(talk, candidates).await?;
        let kmh = candidates[place].last_kmh().unwrap_or(0.0);
        if !agrees(shown, kmh) {
            return Err(Error::NotAsTheDash(
                format!("the dash shows {shown:.0} km/h, and the profile gives {kmh:.1}"),
                key,
            ));
        }
        talk.say(&format!("The profile gives {kmh:.1} km/h: right."));
        match first {
            None => first = Some(shown),
            Some(_) => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_shows_the_speed_or_a_little_more() {
        for (shown, kmh) in [(50.0, 50.0), (53.0, 50.0), (59.0, 50.0), (30.0, 28.0), (49.0, 50.0)] {
            assert!(agrees(shown, kmh), "{shown} {kmh}");
        }
        // A factor off by a tenth of a tenth, mph for km/h, m/s for km/h, an offset, no speed at all.
        for (shown, kmh) in [(50.0, 5.0), (50.0, 31.0), (50.0, 80.5), (50.0, 13.9), (30.0, 50.0), (20.0, 0.0)]
        {
            assert!(!agrees(shown, kmh), "{shown} {kmh}");
        }
    }
}
