//! Day or night from what is known of the light: pure, with the time as an input.

use std::time::Duration;

use super::{Light, Source};

/// A bridge, a short tunnel or a passing lamp is over within this time.
pub(super) const DWELL: Duration = Duration::from_secs(3);

/// Below it is night, lux. Street lighting gives some 50 right under its lamps, so a lit town stays night.
const NIGHT_BELOW_LUX: f64 = 50.0;
/// From here it is day, lux. The clear sky at sunrise gives about 400, of which behind glass a third is left. Between both
/// the sensor stays with what it said: one in the twilight does not go to and fro with each cloud.
const DAY_FROM_LUX: f64 = 150.0;

/// What is known now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Inputs {
    /// Of the light sensor, lux.
    pub lux: Option<f64>,
    /// Whether the car's low beam is on.
    pub low_beam: Option<bool>,
}

/// What was said, and since when something else would be.
#[derive(Debug)]
pub(super) struct Decision {
    order: Vec<Source>,
    /// What the sensor has said for the dwell, and what twilight means; forgotten once it has been silent for so long.
    settled: Option<Light>,
    /// What it says outside the twilight, and since when.
    sensor: Option<(Light, Duration)>,
    sensor_lost_at: Option<Duration>,
    waiting: Option<(Option<Light>, Duration)>,
    said: Option<Light>,
}

impl Decision {
    /// `order` has the best source first.
    pub(super) fn new(order: &[Source]) -> Self {
        Self {
            order: order.to_vec(),
            settled: None,
            sensor: None,
            sensor_lost_at: None,
            waiting: None,
            said: None,
        }
    }

    /// What holds at `now`, which never goes back; `None` leaves it to the clock. It changes to what has held for the dwell
    /// without a break, and the loss of a value is a change like any other.
    pub(super) fn take(&mut self, now: Duration, inputs: Inputs) -> Option<Light> {
        self.take_lux(now, inputs.lux);
        let wanted = self.wanted(inputs);
        if wanted == self.said {
            self.waiting = None;
        } else {
            let since = match self.waiting {
                Some((same, since)) if same == wanted => since,
                _ => now,
            };
            if now >= since + DWELL {
                (self.said, self.waiting) = (wanted, None);
            } else {
                self.waiting = Some((wanted, since));
            }
        }
        self.said
    }

    /// When [`Decision::take`] has to be called again though nothing has changed.
    pub(super) fn due(&self) -> Option<Duration> {
        self.waiting.map(|(_, since)| since + DWELL)
    }

    fn take_lux(&mut self, now: Duration, lux: Option<f64>) {
        let lost_at = self.sensor_lost_at.take();
        if lost_at.is_some_and(|at| now >= at + DWELL) {
            self.settled = None;
        }
        if let Some((light, since)) = self.sensor
            && now >= since + DWELL
        {
            self.settled = Some(light);
        }
        let light = match lux.filter(|lux| lux.is_finite() && *lux >= 0.0) {
            None => {
                self.sensor_lost_at = lost_at.or(Some(now));
                None
            }
            Some(lux) if lux < NIGHT_BELOW_LUX => Some(Light::Night),
            Some(lux) if lux >= DAY_FROM_LUX => Some(Light::Day),
            // Twilight: what has settled holds, and if that is nothing the next source may know.
            Some(_) => None,
        };
        self.sensor = light.map(|light| match self.sensor {
            Some((same, since)) if same == light => (light, since),
            _ => (light, now),
        });
    }

    fn wanted(&self, inputs: Inputs) -> Option<Light> {
        self.order.iter().find_map(|source| match source {
            Source::Sensor => {
                self.sensor.map(|(light, _)| light).or(self.settled).filter(|_| self.sensor_lost_at.is_none())
            }
            Source::LowBeam => inputs.low_beam.map(|on| if on { Light::Night } else { Light::Day }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::light::USUAL_ORDER;

    const DAY: Option<Light> = Some(Light::Day);
    const NIGHT: Option<Light> = Some(Light::Night);
    const ON: Option<bool> = Some(true);
    const OFF: Option<bool> = Some(false);

    /// Gives each for its time (ms), and asks when it is due as well; what is said at the end of each.
    fn said(order: &[Source], inputs: &[(u64, Option<f64>, Option<bool>)]) -> Vec<Option<Light>> {
        let mut decision = Decision::new(order);
        let mut now = Duration::ZERO;
        let mut all = Vec::new();
        for &(for_ms, lux, low_beam) in inputs {
            let inputs = Inputs { lux, low_beam };
            let until = now + Duration::from_millis(for_ms);
            let mut last = decision.take(now, inputs);
            while let Some(due) = decision.due().filter(|due| *due < until) {
                last = decision.take(due, inputs);
            }
            all.push(last);
            now = until;
        }
        all
    }

    #[test]
    fn the_sensor_comes_before_the_low_beam_and_that_before_the_clock() {
        assert_eq!(said(&USUAL_ORDER, &[(9000, None, None)]), [None]);
        assert_eq!(said(&USUAL_ORDER, &[(9000, None, ON)]), [NIGHT]);
        assert_eq!(said(&USUAL_ORDER, &[(9000, None, OFF)]), [DAY]);
        assert_eq!(said(&USUAL_ORDER, &[(9000, Some(5000.0), ON)]), [DAY]);
        assert_eq!(said(&USUAL_ORDER, &[(9000, Some(2.0), OFF)]), [NIGHT]);
        assert_eq!(said(&[Source::LowBeam, Source::Sensor], &[(9000, Some(5000.0), ON)]), [NIGHT]);
        assert_eq!(said(&[Source::LowBeam], &[(9000, Some(5000.0), None)]), [None]);
        assert_eq!(said(&[], &[(9000, Some(5000.0), ON)]), [None]);
    }

    #[test]
    fn a_tunnel_shorter_than_the_dwell_is_none() {
        let bright = Some(20_000.0);
        let drive =
            [(9000, bright, None), (2900, Some(3.0), None), (9000, bright, None), (3100, Some(3.0), None)];
        assert_eq!(said(&USUAL_ORDER, &drive), [DAY, DAY, DAY, NIGHT]);
        // Lamps of a lit tunnel break the dwell: what goes to and fro is no news.
        let mut lamps = vec![(9000, Some(1.0), None)];
        lamps.extend((0..50).map(|n| (1000, Some(if n % 2 == 0 { 300.0 } else { 1.0 }), None)));
        assert!(said(&USUAL_ORDER, &lamps).iter().all(|light| *light == NIGHT));
    }

    #[test]
    fn the_twilight_changes_nothing() {
        for (first, light) in [(10.0, NIGHT), (400.0, DAY)] {
            let dusk = [(9000, Some(first), ON), (60_000, Some(50.0), ON), (60_000, Some(149.9), OFF)];
            assert_eq!(said(&USUAL_ORDER, &dusk), [light; 3]);
        }
        // Nor does a bridge or a lamp on the way.
        for (first, passing, light) in [(10.0, 400.0, NIGHT), (400.0, 10.0, DAY)] {
            let dusk = [
                (9000, Some(first), ON),
                (9000, Some(100.0), ON),
                (2900, Some(passing), ON),
                (9000, Some(100.0), ON),
            ];
            assert_eq!(said(&USUAL_ORDER, &dusk), [light; 4]);
        }
        // One that has said nothing yet leaves it to the next.
        assert_eq!(said(&USUAL_ORDER, &[(9000, Some(100.0), ON)]), [NIGHT]);
        assert_eq!(said(&USUAL_ORDER, &[(9000, Some(100.0), None)]), [None]);
    }

    #[test]
    fn a_lost_value_changes_nothing_until_the_next_source_has_held() {
        // The proxy starts again, in the twilight too.
        let again = [(9000, Some(10.0), OFF), (2000, None, OFF), (9000, Some(100.0), OFF)];
        assert_eq!(said(&USUAL_ORDER, &again), [NIGHT; 3]);
        let gone = [(9000, Some(10.0), OFF), (2900, None, OFF), (200, None, OFF), (9000, None, None)];
        assert_eq!(said(&USUAL_ORDER, &gone), [NIGHT, NIGHT, DAY, None]);
        // What it said an hour ago does not count in the twilight of now.
        let later = [(9000, Some(10.0), OFF), (3_600_000, None, OFF), (9000, Some(100.0), OFF)];
        assert_eq!(said(&USUAL_ORDER, &later), [NIGHT, DAY, DAY]);
    }

    #[test]
    fn what_is_no_illuminance_is_none() {
        for wrong in [f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(said(&USUAL_ORDER, &[(9000, Some(wrong), OFF)]), [DAY]);
        }
    }

    /// Numbers that look random, the same in each run: xorshift64 of George Marsaglia.
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % end
        }
    }

    /// Of any course of the inputs, looked at ten times a second: what is said changes only to what the inputs have wanted
    /// for the whole dwell, and what they have wanted for so long is said.
    #[test]
    fn what_is_said_is_what_has_held_for_the_dwell() {
        const TICK: Duration = Duration::from_millis(100);
        const DWELL_TICKS: usize = 30;
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut changes = 0;
        for _ in 0..300 {
            let order: &[Source] = match random.below(4) {
                0 => &[Source::LowBeam],
                1 => &[Source::LowBeam, Source::Sensor],
                _ => &USUAL_ORDER,
            };
            let mut decision = Decision::new(order);
            let (mut wanted, mut said) = (Vec::new(), vec![None]);
            let mut inputs = Inputs::default();
            for tick in 0..600 {
                if random.below(20) == 0 {
                    let lux = [None, Some(1.0), Some(49.9), Some(100.0), Some(150.0), Some(90_000.0)];
                    inputs.lux = lux[random.below(6) as usize];
                }
                if random.below(40) == 0 {
                    inputs.low_beam = [None, ON, OFF][random.below(3) as usize];
                }
                said.push(decision.take(TICK * tick, inputs));
                wanted.push(decision.wanted(inputs));
                let [.., before, now] = said[..] else { unreachable!() };
                let held = wanted.iter().rev().take_while(|light| *light == wanted.last().unwrap()).count();
                // The first of so many ticks is where it began.
                if now != before {
                    changes += 1;
                    assert_eq!(Some(&now), wanted.last());
                    assert!(held > DWELL_TICKS, "changed after {held} ticks");
                }
                assert!(held <= DWELL_TICKS || Some(&now) == wanted.last(), "nothing after {held} ticks");
                assert_eq!(decision.due().is_some(), Some(&now) != wanted.last(), "nobody asks again");
            }
        }
        assert!(changes > 1000, "only {changes} changes were looked at");
    }
}
