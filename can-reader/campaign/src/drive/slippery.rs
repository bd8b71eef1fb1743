//! Drives in which tyres slide.

use super::{Course, Road, Step, Until};
use crate::random::Random;

const KMH: f64 = 1.0 / 3.6;

/// Normal driving between two events, so that there is something to come back to.
fn between(speed: f64, r: &mut Random) -> Vec<Step> {
    let reach = Step {
        course: Course::Winding(r.between(0.2, 1.5)),
        ..Step::to(speed, 3.0, 3.0, Until::Reached(25.0))
    };
    vec![reach, Step { until: Until::Seconds(r.between(4.0, 9.0)), ..reach }]
}

/// Peak by that of dry asphalt: dry, wet (0.5 to 0.85), snow (0.25 to 0.4).
fn surface(r: &mut Random) -> f64 {
    match r.below(4) {
        0 => 1.0,
        1 | 2 => r.between(0.5, 0.85),
        _ => r.between(0.25, 0.4),
    }
}

fn panic_stop(road: Road, anti_lock: bool, r: &mut Random) -> [Step; 2] {
    let target = if r.chance(0.7) { 0.0 } else { r.between(15.0, 40.0) * KMH };
    let stop = Step { road, anti_lock, foot: 60.0, ..Step::to(target, 3.0, 13.0, Until::Reached(30.0)) };
    [stop, Step { until: Until::Seconds(r.between(0.5, 3.0)), foot: 20.0, down: 3.0, ..stop }]
}

/// Full stops that the anti-lock unit works through.
pub fn anti_lock(r: &mut Random) -> Vec<Step> {
    let mut steps = between(r.between(45.0, 130.0) * KMH, r);
    let side = surface(r);
    // Left and right of one lane are never quite alike.
    let road = [side * r.between(0.95, 1.0), side * r.between(0.95, 1.0)];
    steps.extend(panic_stop(road, true, r));
    steps
}

/// One side on ice, or nearly.
pub fn split(r: &mut Random) -> Vec<Step> {
    let (poor, good) = (r.between(0.12, 0.3), r.between(0.6, 1.0));
    let road = if r.chance(0.5) { [poor, good] } else { [good, poor] };
    let mut steps = between(r.between(40.0, 90.0) * KMH, r);
    if r.chance(0.6) {
        // Drivers brake with less than all on such a road, or the car turns.
        let mut stop = panic_stop(road, true, r);
        stop[0].down = r.between(5.0, 9.0);
        steps.extend(stop);
    } else {
        steps.push(Step::to(0.0, 2.0, 3.0, Until::Reached(20.0)));
        steps.push(Step { road, ..Step::stand(1.5) });
        let start = Step { road, throttle: Some(r.between(0.4, 0.9)), ..Step::stand(r.between(1.5, 4.0)) };
        steps.push(start);
    }
    steps
}

/// Both driven wheels get more than they hold.
pub fn spinning(r: &mut Random) -> Vec<Step> {
    let side = if r.chance(0.5) { r.between(0.2, 0.5) } else { r.between(0.6, 1.0) };
    let mut steps = Vec::new();
    if r.chance(0.6) {
        steps.push(Step::to(0.0, 2.0, 3.0, Until::Reached(20.0)));
        steps.push(Step::stand(1.5));
    } else {
        steps.extend(between(r.between(15.0, 60.0) * KMH, r));
    }
    let throttle = Some(r.between(1.2, 2.0));
    steps.push(Step { road: [side; 2], throttle, foot: 30.0, ..Step::stand(r.between(1.0, 4.0)) });
    steps.extend(between(r.between(40.0, 80.0) * KMH, r));
    steps
}

/// The rear wheels stand for a moment.
pub fn hand_brake(r: &mut Random) -> Vec<Step> {
    let speed = r.between(20.0, 60.0) * KMH;
    let mut steps = between(speed, r);
    let side = r.between(0.4, 1.0);
    let pull = Until::Seconds(r.between(0.4, 2.5));
    steps.push(Step { road: [side; 2], hand_brake: true, ..Step::to(speed, 0.0, 0.0, pull) });
    steps.extend(between(speed, r));
    steps
}

/// Brakes on ice without an anti-lock unit: all four stand while the car slides.
pub fn ice(r: &mut Random) -> Vec<Step> {
    let mut steps = between(r.between(25.0, 60.0) * KMH, r);
    // Ice at 0 degrees to cold ice: peaks of 0.12 to 0.25, of which sliding leaves two thirds.
    let road = [r.between(0.12, 0.25); 2];
    let slide = Step { road, anti_lock: false, foot: 30.0, ..Step::to(0.0, 2.0, 8.0, Until::Reached(30.0)) };
    if r.chance(0.5) {
        // The driver lets go before the car stands.
        steps.push(Step { until: Until::Seconds(r.between(0.5, 4.0)), ..slide });
        steps.push(Step { road, ..Step::to(10.0 * KMH, 0.5, 0.3, Until::Seconds(2.0)) });
    } else {
        steps.push(slide);
        steps.push(Step { until: Until::Seconds(2.0), ..slide });
    }
    steps
}
