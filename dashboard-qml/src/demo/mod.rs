//! Values without any bus, for `--demo`.

mod scenes;

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::arguments::Demo;
use crate::link::Link;
use crate::reading::Reading;

pub(crate) use scenes::Scene;

/// Values a second, as the service publishes at most.
const RATE_HZ: u32 = 50;
/// Speed shown with the state `degraded`, km/h.
const DEGRADED_KMH: f64 = 87.3;

/// A drive in the shape of the NEDC (UN Regulation 83): towns, then a motorway. Seconds and km/h, joined by
/// straight lines; three times as fast as the cycle, so that a minute shows it all.
const DRIVE: [(f64, f64); 22] = [
    (0.0, 0.0),
    (3.0, 0.0),
    (5.0, 15.0),
    (8.0, 15.0),
    (10.0, 0.0),
    (13.0, 0.0),
    (17.0, 32.0),
    (21.0, 32.0),
    (24.0, 0.0),
    (27.0, 0.0),
    (34.0, 50.0),
    (38.0, 50.0),
    (41.0, 35.0),
    (44.0, 35.0),
    (48.0, 70.0),
    (54.0, 70.0),
    (60.0, 100.0),
    (66.0, 100.0),
    (71.0, 120.0),
    (76.0, 120.0),
    (87.0, 0.0),
    (90.0, 0.0),
];

/// Shows the demo for ever.
pub(crate) async fn run(what: &Demo, link: &Link) {
    match what {
        Demo::Drive => drive(link).await,
        Demo::Speed(speed_kmh) => hold(link, Some(*speed_kmh), "ok", "").await,
        Demo::Scene(_) => {
            if let Some(scene) = Scene::of(Some(what)) {
                link.show(scene.reading());
            }
            std::future::pending::<()>().await;
        }
        Demo::State(state, reason) => {
            let speed_kmh = ["ok", "degraded"].contains(state).then_some(DEGRADED_KMH);
            hold(link, speed_kmh, state, reason).await;
        }
    }
}

async fn hold(link: &Link, speed_kmh: Option<f64>, state: &'static str, reason: &'static str) {
    link.show(Reading { speed_kmh, reason, details: details(speed_kmh), ..Reading::without_speed(state) });
    std::future::pending::<()>().await;
}

async fn drive(link: &Link) {
    let mut ticks = interval(Duration::from_secs(1) / RATE_HZ);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let start = ticks.tick().await;
    loop {
        let at_s = (ticks.tick().await - start).as_secs_f64();
        let speed_kmh = Some(drive_kmh(at_s));
        link.show(Reading { speed_kmh, details: details(speed_kmh), ..Reading::without_speed("ok") });
    }
}

/// Speed of the drive at this time, km/h; it repeats.
fn drive_kmh(at_s: f64) -> f64 {
    let at_s = at_s % DRIVE[DRIVE.len() - 1].0;
    DRIVE
        .windows(2)
        .find(|leg| at_s < leg[1].0)
        .map_or(0.0, |leg| leg[0].1 + (leg[1].1 - leg[0].1) * (at_s - leg[0].0) / (leg[1].0 - leg[0].0))
}

fn details(speed_kmh: Option<f64>) -> String {
    let line = |position| speed_kmh.map(|kmh| format!("{position}\t{kmh:.2} km/h\n")).unwrap_or_default();
    ["Row1.Left", "Row1.Right", "Row2.Left", "Row2.Right"].map(line).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drive_is_continuous_and_possible() {
        let step_s = 1.0 / f64::from(RATE_HZ);
        for step in 0..10_000 {
            let (now, then) = (drive_kmh(f64::from(step) * step_s), drive_kmh(f64::from(step + 1) * step_s));
            assert!((0.0..=120.0).contains(&now) && (then - now).abs() < 0.5, "step {step}: {now} to {then}");
        }
    }
}
