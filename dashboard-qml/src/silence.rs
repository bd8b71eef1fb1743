//! Whether the car's bus has fallen silent, as that of a parked car does: then the screen goes dark.

use std::cell::Cell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use interfaces::{DIAGNOSTICS_INTERFACE, OBJECT_PATH, State};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep};
use zbus::names::OwnedUniqueName;
use zbus::{Connection, OwnedVariant, Variant};

use crate::answer::answer;

/// Between two looks at the counters, while there is no speed.
const PAUSE: Duration = Duration::from_millis(250);
/// A car whose last speed was above this was driving, km/h: a bus that falls silent then is a fault, and no parked car.
const PARKED_BELOW_KMH: f64 = 3.0;

/// What the speed's follower knows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// `State` of a service that answers.
    pub state: Option<State>,
    /// The last speed that was shown of this service, km/h.
    pub last_kmh: Option<f64>,
}

impl Seen {
    /// Whether there is no speed for want of frames. A link that is down, wheels that contradict each other, a service that
    /// is gone: faults, which stay on the screen.
    pub(crate) fn has_nothing(self) -> bool {
        matches!(self.state, Some(State::Stale | State::NoData))
    }
}

/// What the service has counted on the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Heard {
    frames: u64,
    /// Errors and frames that were lost: whoever sends those is not silent.
    troubles: u64,
}

/// Says at each change whether it is time to go dark; `None` never is.
pub(crate) async fn run(
    connection: &Connection,
    owner: &OwnedUniqueName,
    after: Option<Duration>,
    seen: &Cell<Seen>,
    dark: &UnboundedSender<bool>,
) -> Infallible {
    let Some(after) = after else { return std::future::pending().await };
    let mut silence = Silence { after, since: None };
    let mut was_dark = false;
    let start = Instant::now();
    loop {
        let heard = if seen.get().has_nothing() { ask(connection, owner).await } else { None };
        let is_dark = silence.take(start.elapsed(), seen.get(), heard);
        if is_dark != was_dark {
            was_dark = is_dark;
            // Nobody listens only when this ends too.
            let _ = dark.send(is_dark);
        }
        sleep(PAUSE).await;
    }
}

/// `None` of a service that does not answer, or has no such counters.
async fn ask(connection: &Connection, owner: &OwnedUniqueName) -> Option<Heard> {
    let (properties, all) = (Some("org.freedesktop.DBus.Properties"), &(DIAGNOSTICS_INTERFACE,));
    let reply =
        answer(connection.call_method(Some(owner), OBJECT_PATH, properties, "GetAll", all)).await.ok()?;
    let values: HashMap<String, OwnedVariant> = reply.body().deserialize().ok()?;
    let count = |name: &str| match values.get(name).map(|value| &**value) {
        Some(Variant::U64(count)) => Some(*count),
        _ => None,
    };
    let troubles = ["ErrorFrames", "FramesDropped", "Reconnects", "LogLinesDamaged"];
    Some(Heard {
        frames: count("FramesReceived")?,
        troubles: troubles.into_iter().filter_map(count).fold(0, u64::wrapping_add),
    })
}

/// How long nothing has been heard.
struct Silence {
    after: Duration,
    /// What was heard until then.
    since: Option<(Heard, Duration)>,
}

impl Silence {
    /// Whether it is time to go dark. A bus that this service has never heard is no parked car: that is how a wrong plug or
    /// bit rate looks. What is not known breaks the silence.
    fn take(&mut self, now: Duration, seen: Seen, heard: Option<Heard>) -> bool {
        let parked = seen.last_kmh.is_none_or(|kmh| kmh < PARKED_BELOW_KMH);
        let heard = heard.filter(|heard| seen.has_nothing() && parked && heard.frames > 0);
        self.since = heard.map(|heard| match self.since {
            Some((same, since)) if same == heard => (same, since),
            _ => (heard, now),
        });
        self.since.is_some_and(|(_, since)| now >= since + self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARKED: Seen = Seen { state: Some(State::Stale), last_kmh: Some(0.0) };
    const HEARD: Option<Heard> = Some(Heard { frames: 1000, troubles: 0 });

    /// One look a second; the seconds at which it was dark.
    fn dark_at(looks: impl IntoIterator<Item = (Seen, Option<Heard>)>) -> Vec<u64> {
        let mut silence = Silence { after: Duration::from_secs(60), since: None };
        (0..)
            .zip(looks)
            .filter(|(at_s, (seen, heard))| silence.take(Duration::from_secs(*at_s), *seen, *heard))
            .map(|(at_s, _)| at_s)
            .collect()
    }

    #[test]
    fn a_parked_car_is_dark_after_a_minute_and_light_at_the_first_frame() {
        let mut looks = vec![(PARKED, HEARD); 70];
        looks.push((PARKED, Some(Heard { frames: 1001, troubles: 0 })));
        looks.extend([(PARKED, Some(Heard { frames: 1001, troubles: 0 })); 70]);
        assert_eq!(dark_at(looks), (60..70).chain(130..141).collect::<Vec<_>>());
        // One that was found so: the cluster was started beside it.
        let found = Seen { state: Some(State::NoData), last_kmh: None };
        assert_eq!(dark_at(vec![(found, HEARD); 61]), [60]);
    }

    #[test]
    fn a_fault_is_never_dark() {
        let faults = [
            ("the link is down", Seen { state: Some(State::CanDown), ..PARKED }, HEARD),
            ("wheels that contradict", Seen { state: Some(State::Implausible), ..PARKED }, HEARD),
            ("no answer", Seen { state: None, ..PARKED }, HEARD),
            ("silent on the motorway", Seen { last_kmh: Some(120.0), ..PARKED }, HEARD),
            ("never heard", PARKED, Some(Heard { frames: 0, troubles: 0 })),
            ("no counters", PARKED, None),
            ("a car that stands", Seen { state: Some(State::Ok), ..PARKED }, HEARD),
        ];
        for (what, seen, heard) in faults {
            assert_eq!(dark_at(vec![(seen, heard); 200]), [], "{what}");
        }
        let errors = (0..200).map(|n| (PARKED, Some(Heard { frames: 1000, troubles: n })));
        assert_eq!(dark_at(errors), [], "a bus full of errors");
        let wheels = (0..200).map(|n| (PARKED, Some(Heard { frames: n, troubles: 0 })));
        assert_eq!(dark_at(wheels), [], "only the wheels are lost");
    }
}
