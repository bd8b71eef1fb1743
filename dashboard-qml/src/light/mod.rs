//! Whether it is day or night outside, by what knows it better than the clock.

mod decision;
mod sensor;

use std::convert::Infallible;

use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use self::decision::{Decision, Inputs};
use crate::link::Link;

/// Which colours the light wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Light {
    Day,
    Night,
}

impl Light {
    /// The word of the window.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Night => "night",
        }
    }
}

/// What may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    /// A light sensor, by iio-sensor-proxy.
    Sensor,
    /// The car's low beam: who drives by night has it on.
    LowBeam,
}

/// The best first: a sensor sees the light itself, the lamps are somebody's answer to it, and a clock knows no tunnel.
pub(crate) const USUAL_ORDER: [Source; 2] = [Source::Sensor, Source::LowBeam];

/// Tells the window at each change, for ever; before the first it goes by the clock.
pub(crate) async fn run(order: &[Source], link: &Link) -> Infallible {
    let (told, mut lux) = watch::channel(None);
    let sensor = async {
        if order.contains(&Source::Sensor) { sensor::run(&told).await } else { std::future::pending().await }
    };
    tokio::pin!(sensor);
    let mut low_beam = link.low_beam();
    let mut decision = Decision::new(order);
    let mut shown = None;
    let start = Instant::now();
    loop {
        let inputs = Inputs { lux: *lux.borrow_and_update(), low_beam: *low_beam.borrow_and_update() };
        let light = decision.take(start.elapsed(), inputs);
        if light != shown {
            link.show_light(light);
            shown = light;
        }
        let due = decision.due().map(|at| start + at);
        tokio::select! {
            // Both senders outlive this.
            _ = lux.changed() => {}
            _ = low_beam.changed() => {}
            () = sleep_until(due.unwrap_or(start)), if due.is_some() => {}
            never = &mut sensor => match never {},
        }
    }
}
