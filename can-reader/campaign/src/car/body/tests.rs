//! The car obeys what every car obeys.

use super::*;
use crate::car::brakes::{Brakes, Pedal};
use crate::car::sensor;
use crate::random::Random;

const QUIET: Input = Input { steer: 0.0, drive: 0.0, brakes: [0.0; 4], road: [1.0; 4], bumps: [0.0; 4] };

fn cars() -> impl Iterator<Item = Car> {
    (0..12).map(Car::random)
}

/// Rolls on with as much drive as holds the speed.
fn hold(car: &Car, body: &mut Body, steer: f64, speed: f64, seconds: f64) {
    let drive = |body: &Body| ((speed - body.along) * 4.0 * car.mass).clamp(-5e3, 5e3) * car.tyres[0].nominal;
    for _ in 0..(seconds / STEP) as usize {
        let input = Input { steer, drive: drive(body), ..QUIET };
        body.step(car, &input);
    }
}

#[test]
fn rolling_straight_the_wheels_turn_as_fast_as_the_road_goes_by() {
    for car in cars() {
        let mut body = Body::rolling(&car, 14.0);
        hold(&car, &mut body, 0.0, 14.0, 3.0);
        for wheel in 0..4 {
            let rolled = body.spin[wheel] * car.tyres[wheel].nominal;
            let expected = 14.0 / car.tyres[wheel].scale;
            assert!((rolled / expected - 1.0).abs() < 0.004, "wheel {wheel}: {rolled} and {expected}");
        }
        assert!((body.speed(&car) - body.along).abs() < 1e-6 && body.yaw_rate.abs() < 1e-3);
    }
}

#[test]
fn a_steady_slow_bend_obeys_geometry() {
    for car in cars() {
        let (speed, radius) = (2.2, 6.0);
        let steer = (car.wheelbase / radius).atan();
        let mut body = Body::rolling(&car, speed);
        hold(&car, &mut body, steer, speed, 6.0);
        // Rear axle's middle on the circle of the steering angle, within what tyres creep.
        let rear = body.along / body.yaw_rate;
        assert!((rear / radius - 1.0).abs() < 0.04, "{rear} m in place of {radius}");
        // Truth: the point between the axles is further out than the rear axle.
        let truth = (rear.powi(2) + (car.wheelbase / 2.0).powi(2)).sqrt() * body.yaw_rate;
        assert!((body.speed(&car) / truth - 1.0).abs() < 0.02);
        // The squares of front and rear differ alike on both sides.
        let rolled: [f64; 4] = std::array::from_fn(|wheel| {
            body.spin[wheel] * car.tyres[wheel].nominal * car.tyres[wheel].scale / speed
        });
        let sides = [rolled[0].powi(2) - rolled[2].powi(2), rolled[1].powi(2) - rolled[3].powi(2)];
        let track = f64::midpoint(car.track[0], car.track[1]);
        let expected = (car.wheelbase / rear).powi(2);
        assert!(sides.iter().all(|side| (side - expected).abs() < 0.05), "{sides:?}, {expected}");
        // Left and right part by yaw times track.
        let parted = (rolled[3] - rolled[2]) * speed / (body.yaw_rate * track);
        assert!((parted - 1.0).abs() < 0.05, "{parted}");
    }
}

#[test]
fn braking_takes_the_distance_that_it_must() {
    for car in cars() {
        let mut body = Body::rolling(&car, 27.0);
        let mut brakes = Brakes::new(0.15, 0.05, [1.0; 4]);
        let asked = 0.75 * car.grip() * GRAVITY;
        let pedal = Pedal { braking: asked, hand_brake: false, anti_lock: true };
        let (mut way, mut time) = (0.0, 0.0);
        while body.along > 1.0 && time < 10.0 {
            let input = Input { brakes: brakes.step(&car, &body, pedal, 0.0), ..QUIET };
            body.step(&car, &input);
            way += body.along * STEP;
            time += STEP;
        }
        let ideal = (27.0_f64.powi(2) - 1.0) / (2.0 * asked);
        // 0.1 s until the pressure is there; air and rolling help.
        assert!((0.85..1.15).contains(&(way / ideal)), "{way} m in place of {ideal}");
    }
}

#[test]
fn anti_lock_keeps_wheels_near_the_peak_and_locked_ones_slide_further() {
    for car in cars() {
        let stop = |anti_lock: bool| {
            let mut body = Body::rolling(&car, 25.0);
            let mut brakes = Brakes::new(0.15, 0.05, [1.0; 4]);
            let pedal = Pedal { braking: 13.0, hand_brake: false, anti_lock };
            let (mut way, mut slip, mut steps) = (0.0, 0.0, 0.0);
            while body.along > 5.0 {
                let input = Input { brakes: brakes.step(&car, &body, pedal, 0.0), road: [0.5; 4], ..QUIET };
                body.step(&car, &input);
                way += body.along * STEP;
                slip += 1.0 - body.spin[0] * car.tyres[0].nominal / body.along;
                steps += 1.0;
            }
            (way, slip / steps)
        };
        let ((held, slip), (locked, all)) = (stop(true), stop(false));
        assert!(held < locked, "{held} m with, {locked} m without");
        assert!((0.03..0.25).contains(&slip), "mean slip {slip}");
        assert!(all > 0.7, "mean slip without {all}");
        let best = (25.0_f64.powi(2) - 5.0_f64.powi(2)) / (2.0 * 0.5 * car.grip() * GRAVITY);
        assert!(held < 1.35 * best, "{held} m, at best {best}");
    }
}

#[test]
fn load_moves_forward_and_outward_and_stays_the_weight() {
    let car = Car::random(1);
    let braking = loads(&car, (-8.0, 0.0), [0.0; 4]);
    let left = loads(&car, (0.0, 4.0), [0.0; 4]);
    let weight = car.mass * GRAVITY;
    for set in [braking, left] {
        assert!((set.iter().sum::<f64>() / weight - 1.0).abs() < 1e-9);
    }
    assert!(braking[0] > 1.2 * loads(&car, (0.0, 0.0), [0.0; 4])[0]);
    assert!(left[1] > left[0] && left[3] > left[2]);
}

#[test]
fn teeth_give_the_speed_and_nothing_where_they_are_blind() {
    for car in cars() {
        for (speed, error) in [(30.0, 0.25), (8.0, 0.15), (1.5, 0.1)] {
            let mut sensor = sensor::sensors(&car, speed, &mut Random::new(1, "teeth"))[0].clone();
            let radius = car.tyres[0].nominal;
            let (mut sum, mut count) = (0.0, 0.0);
            for step in 0..4000 {
                sensor.turn(radius, speed / radius, f64::from(step) * STEP, STEP);
                if step > 1000 {
                    sum += sensor.kmh() / 3.6;
                    count += 1.0;
                    assert!(
                        (sensor.kmh() / 3.6 - speed).abs() < 3.0 * error,
                        "{} at {speed}",
                        sensor.kmh() / 3.6
                    );
                }
            }
            assert!((sum / count / speed - 1.0).abs() < 0.01, "{} in place of {speed}", sum / count);
        }
        let mut sensor = sensor::sensors(&car, 0.0, &mut Random::new(1, "teeth"))[0].clone();
        let radius = car.tyres[0].nominal;
        for step in 0..4000 {
            sensor.turn(radius, 0.9 * car.unit.blind / radius, f64::from(step) * STEP, STEP);
        }
        assert!(car.unit.blind < 0.1 || sensor.kmh() == 0.0, "{} below {}", sensor.kmh(), car.unit.blind);
    }
}
