//! What the campaign demands: the whole table in one place.

use crate::judge::Tally;
use crate::missed;
use crate::trouble::Group;

/// Limits of a group; what is not there is not demanded.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub group: Group,
    /// Seconds per hour. Layouts of one message a wheel and of whole km/h may have twice as many.
    pub wrong_ok: f64,
    pub wrong_degraded: f64,
    /// Percent of the time: with a speed, and `ok`.
    pub speed: Option<f64>,
    pub ok: Option<f64>,
    /// Percent of the time with a speed that the truth is within its uncertainty.
    pub inside: Option<f64>,
    /// Mean uncertainty, km/h.
    pub uncertainty: Option<f64>,
    /// Longest time from the end of an outage to a speed, s.
    pub back: Option<f64>,
}

const BASE: Limit = Limit {
    group: Group::Normal,
    wrong_ok: 0.0,
    wrong_degraded: 0.0,
    speed: None,
    ok: None,
    inside: Some(98.0),
    uncertainty: None,
    back: None,
};

/// One line a group.
pub const LIMITS: [Limit; 9] = [
    Limit {
        wrong_degraded: 1.0,
        speed: Some(99.5),
        ok: Some(99.0),
        inside: Some(99.5),
        uncertainty: Some(2.0),
        ..BASE
    },
    Limit {
        group: Group::Delivery,
        wrong_ok: 12.0,
        wrong_degraded: 5.0,
        speed: Some(99.0),
        ok: Some(97.5),
        ..BASE
    },
    Limit {
        group: Group::OneWheel,
        wrong_ok: 1.0,
        wrong_degraded: 6.0,
        speed: Some(98.0),
        inside: Some(99.5),
        uncertainty: Some(2.0),
        ..BASE
    },
    // No theorem covers two liars.
    Limit { group: Group::TwoWheels, wrong_ok: 90.0, wrong_degraded: 150.0, inside: None, ..BASE },
    // "At once": the five cycles of a start, at most 100 ms each, and a little.
    Limit { group: Group::AllWheels, wrong_ok: 5.0, wrong_degraded: 5.0, back: Some(0.6), ..BASE },
    Limit { group: Group::Start, speed: Some(96.0), ..BASE },
    Limit { group: Group::Slip, wrong_ok: 5.0, wrong_degraded: 50.0, speed: Some(68.0), ..BASE },
    Limit { group: Group::SecondSender, wrong_ok: 5.0, wrong_degraded: 5.0, ..BASE },
    Limit { group: Group::TimeBase, ..BASE },
];

/// A limit that is broken.
#[derive(Clone, Debug)]
pub struct Broken {
    /// What, by how much.
    pub sentence: String,
    /// It is known to be missed, and no worse than that.
    pub known: bool,
}

impl Limit {
    /// What a tally breaks.
    pub fn broken(&self, tally: &Tally, coarse: bool) -> Vec<Broken> {
        let twice = if coarse { 2.0 } else { 1.0 };
        let mut broken = Vec::new();
        let mut most = |what: &str, is: f64, limit: Option<f64>, unit: &str| {
            if let Some(limit) = limit.filter(|limit| is > *limit) {
                let known = missed::is_known(self.group, coarse, what, is, false);
                broken.push(Broken { sentence: format!("{what} is {is:.2} {unit}, limit {limit}"), known });
            }
        };
        most("wrong in ok", tally.an_hour(tally.wrong_ok), Some(twice * self.wrong_ok), "s an hour");
        let degraded = tally.an_hour(tally.wrong_degraded);
        most("wrong in degraded", degraded, Some(twice * self.wrong_degraded), "s an hour");
        most("mean uncertainty", tally.mean_uncertainty(), self.uncertainty, "km/h");
        most("longest return to a speed", tally.slowest_return(), self.back, "s");
        let mut least = |what: &str, is: f64, limit: Option<f64>| {
            if let Some(limit) = limit.filter(|limit| is < *limit) {
                let known = missed::is_known(self.group, coarse, what, is, true);
                broken.push(Broken {
                    sentence: format!("{what} is {is:.2} % of the time, limit {limit}"),
                    known,
                });
            }
        };
        least("a speed", tally.percent(tally.speed), self.speed);
        least("ok", tally.percent(tally.ok), self.ok);
        least("within the uncertainty", tally.inside_percent(), self.inside);
        broken
    }
}
