//! What the mathematics guarantees, and how a vehicle's troubles are told.

mod behaviour;
mod fusion;
mod fuzz;
mod sequences;
mod sources;

use std::time::Duration;

use super::*;

/// Four wheels with fine steps in one message.
fn plan() -> Plan {
    let mut plan = Plan { stale_after: ms(500), ..Plan::default() };
    plan.sensors[..4].fill(Some(Sensor::wheel(0.01, 0)));
    plan
}

const fn ms(ms: u64) -> SourceTime {
    SourceTime::from_millis(ms)
}

/// The speeds of the wheels of a car in a bend, km/h: `v` midway between the axles, curvature `k` at the rear, 1/m.
fn wheels(v: f64, k: f64, (wheelbase, track): (f64, f64)) -> [f64; 4] {
    let middle = (k * wheelbase / 2.0).hypot(1.0);
    std::array::from_fn(|n| {
        let (x, y) = (if n < 2 { wheelbase } else { 0.0 }, track / if n % 2 == 0 { 2.0 } else { -2.0 });
        v * (1.0 - k * y).hypot(k * x) / middle
    })
}

/// An estimator and its clock.
struct Run {
    estimator: Estimator,
    at: Duration,
}

impl Run {
    fn new(plan: Plan) -> Self {
        Self { estimator: Estimator::new(plan), at: Duration::from_secs(1) }
    }

    /// Time passes, with every look at the clock that is asked for.
    fn wait(&mut self, time: Duration) {
        let end = self.at + time;
        while let Some(due) = self.estimator.deadline().filter(|due| *due < end) {
            self.estimator.tick(due);
            assert!(self.estimator.deadline().is_none_or(|next| next > due), "the same deadline twice");
        }
        self.at = end;
    }

    /// One message with some values.
    fn say(&mut self, message: u8, values: &[(usize, f64)]) -> Estimate {
        let mut sample = Sample { message, ..Sample::default() };
        for (place, kmh) in values {
            sample.kmh[*place] = Some(*kmh);
        }
        self.estimator.sample(self.at, Stamp { wall_us: 1, at: self.at }, &sample);
        self.estimator.estimate()
    }

    /// A cycle of 20 ms, then all four wheels, which never stand still while they turn.
    fn frame(&mut self, kmh: [f64; 4]) -> Estimate {
        self.wait(ms(20));
        let n = (self.at.as_millis() / 20) as usize;
        // No two of them change alike.
        let change = |place: usize| 0.01 * (n * (place + 1) % 5) as f64;
        let values: Vec<_> = (0..4)
            .map(|place| (place, if kmh[place] > 0.0 { kmh[place] + change(place) } else { 0.0 }))
            .collect();
        self.say(0, &values)
    }

    /// Frames for some time, of a value each.
    fn frames(&mut self, seconds: f64, kmh: impl Fn(f64) -> [f64; 4]) -> Estimate {
        let mut last = self.estimator.estimate();
        for n in 0..(seconds * 50.0) as u32 {
            last = self.frame(kmh(f64::from(n) / 50.0));
        }
        last
    }
}
