//! Drives without slip beyond what a tyre needs for its force.

use super::{Course, Step, Until};
use crate::car::{Car, Driven, GRAVITY};
use crate::random::Random;

const KMH: f64 = 1.0 / 3.6;

/// Roads and motorways.
pub fn road(r: &mut Random) -> Vec<Step> {
    let speed = r.between(60.0, 140.0) * KMH;
    let winding = Course::Winding(r.between(0.3, 3.5));
    let hold = Until::Seconds(r.between(6.0, 20.0));
    let reach = Step::to(speed, r.between(0.8, 3.0), r.between(0.8, 4.0), Until::Reached(30.0));
    vec![Step { course: winding, ..reach }, Step { course: winding, until: hold, ..reach }]
}

/// From one corner to the next.
pub fn town(car: &Car, r: &mut Random) -> Vec<Step> {
    let straight = Course::Winding(r.between(0.1, 1.0));
    let (up, down) = (r.between(1.0, 3.5), r.between(1.5, 4.5));
    let cruise =
        Step { course: straight, ..Step::to(r.between(20.0, 58.0) * KMH, up, down, Until::Reached(12.0)) };
    let mut steps = vec![cruise, Step { until: Until::Seconds(r.between(1.0, 5.0)), ..cruise }];
    match r.below(5) {
        0 => {
            steps.push(Step { speed: 0.0, ..cruise });
            steps.push(Step::stand(r.between(1.0, 8.0)));
        }
        1 => steps.extend(roundabout(car, up, down, r)),
        2 => {
            // A turn at full lock, at 7 to 15 km/h.
            let speed = r.between(7.0, 15.0) * KMH;
            let side = r.sign();
            steps.push(Step { speed, ..cruise });
            let turn = Until::Turned(r.between(2.0, 3.3));
            steps.push(Step {
                course: Course::Bend(side * car.tightest()),
                ..Step::to(speed, up, down, turn)
            });
        }
        _ => {
            let radius = r.between(6.5, 25.0).max(1.15 / car.tightest());
            steps.extend(corner(radius * r.sign(), r.between(1.0, 1.9), up, down, r));
        }
    }
    steps
}

/// Brakes to the speed that 4 m/s2 sideways or less allow, and turns by so much.
fn corner(radius: f64, angle: f64, up: f64, down: f64, r: &mut Random) -> Vec<Step> {
    let speed = (r.between(1.5, 4.0) * radius.abs()).sqrt();
    let bend = Course::Bend(1.0 / radius);
    let slow = Step::to(speed, up, down, Until::Reached(8.0));
    vec![slow, Step { course: bend, until: Until::Turned(angle), ..slow }]
}

fn roundabout(car: &Car, up: f64, down: f64, r: &mut Random) -> Vec<Step> {
    let radius = r.between(7.5, 16.0).max(1.15 / car.tightest());
    let side = r.sign();
    let mut steps = corner(-side * radius, r.between(0.4, 0.8), up, down, r);
    let speed = (r.between(1.5, 4.0) * radius).sqrt();
    let turn = Step::to(speed, up, down, Until::Turned(r.between(1.5, 4.5)));
    steps.push(Step { course: Course::Bend(side / radius), ..turn });
    steps.push(Step {
        course: Course::Bend(-side / radius),
        until: Until::Turned(r.between(0.4, 0.8)),
        ..turn
    });
    steps
}

/// To and fro with the wheel turned as far as it goes.
pub fn parking(car: &Car, r: &mut Random) -> Vec<Step> {
    let side = r.sign();
    let move_by = |sign: f64, lock: f64, r: &mut Random| Step {
        course: Course::Bend(sign * lock * car.tightest()),
        ..Step::to(sign * r.between(2.0, 9.5) * KMH, 1.0, 1.5, Until::Seconds(r.between(2.0, 7.0)))
    };
    let forward = move_by(1.0, side, r);
    let back = move_by(-1.0, side * r.sign(), r);
    vec![forward, Step::stand(r.between(0.6, 3.0)), back, Step::stand(r.between(0.6, 3.0))]
}

/// A hard stop, or a hard slowing, from 60 to 150 km/h.
pub fn braking(car: &Car, r: &mut Random) -> Vec<Step> {
    // Beyond four fifths of the peak a driver who does not look for anti-lock eases.
    let most = 9.5_f64.min(0.8 * car.tyres[0].most_braking(1.0));
    let speed = r.between(50.0, 150.0) * KMH;
    let down = if r.chance(0.5) { most } else { r.between(3.0, most) };
    let reach = Step::to(speed, 3.0, 3.0, Until::Reached(25.0));
    let target = if r.chance(0.7) { 0.0 } else { speed * r.between(0.2, 0.7) };
    // A frightened foot is down within 0.2 s.
    let stop = Step { foot: r.between(15.0, 60.0), ..Step::to(target, 3.0, down, Until::Reached(12.0)) };
    vec![
        reach,
        Step { until: Until::Seconds(r.between(1.0, 4.0)), ..reach },
        stop,
        Step { until: Until::Seconds(r.between(1.0, 3.0)), ..stop },
    ]
}

/// From rest as hard as the driven axle holds without spinning, at most 7.5 m/s2.
pub fn starts(car: &Car, r: &mut Random) -> Vec<Step> {
    let on_front = 1.0 - car.front / car.wheelbase;
    // Load moves back by height over wheelbase times the acceleration.
    let lean = car.height / car.wheelbase;
    let use_of_grip = 0.75 * car.grip();
    let axle = match car.driven {
        Driven::Front => GRAVITY * use_of_grip * on_front / (1.0 + use_of_grip * lean),
        Driven::Rear => GRAVITY * use_of_grip * (1.0 - on_front) / (1.0 - use_of_grip * lean),
        // The drive is shared in a fixed part, the load is not: three quarters of the grip of all four.
        Driven::All => 0.75 * GRAVITY * use_of_grip,
    };
    // Only cars of late start so hard; those with coils at the wheels had 0 to 100 km/h in 9 s and more.
    let most = axle.min(if car.unit.is_old() { 3.5 } else { 7.5 });
    let up = if r.chance(0.5) { most } else { r.between(0.5 * most, most) };
    let go = Step {
        foot: r.between(8.0, 30.0),
        ..Step::to(r.between(40.0, 110.0) * KMH, up, 3.0, Until::Reached(20.0))
    };
    let stop = Step::to(0.0, 3.0, r.between(2.0, 5.0), Until::Reached(20.0));
    vec![Step::stand(r.between(1.0, 3.0)), go, Step { until: Until::Seconds(2.0), ..go }, stop]
}

/// Stop and go, where sensors are blind.
pub fn creeping(car: &Car, r: &mut Random) -> Vec<Step> {
    let speed = r.between(0.7, 6.0) * KMH;
    let lock = if r.chance(0.3) { r.between(-1.0, 1.0) } else { 0.0 };
    let go = Step {
        course: Course::Bend(lock * car.tightest()),
        ..Step::to(speed, r.between(0.3, 1.2), r.between(0.5, 1.5), Until::Seconds(r.between(2.0, 8.0)))
    };
    vec![go, Step::stand(r.between(0.5, 3.0))]
}

/// As people drive on a day.
pub fn mixed(car: &Car, r: &mut Random) -> Vec<Step> {
    match r.below(10) {
        0..4 => town(car, r),
        4..7 => road(r),
        7 => braking(car, r),
        8 => starts(car, r),
        _ => {
            // Parking begins at rest.
            let stop = Step::to(0.0, 2.0, 3.0, Until::Reached(25.0));
            let mut steps = vec![stop];
            steps.extend(if r.chance(0.5) { parking(car, r) } else { creeping(car, r) });
            steps
        }
    }
}
