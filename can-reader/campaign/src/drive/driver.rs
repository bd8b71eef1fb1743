//! The person: feet and hands that follow the steps of a drive.

use super::{Course, Kind, Step, Until};
use crate::car::body::{Body, Input, STEP};
use crate::car::brakes::{Brakes, Pedal};
use crate::car::{Car, Driven, GRAVITY};
use crate::random::Random;

/// Fastest change of sideways acceleration that a driver steers, m/s3 (a quick lane change is about 10).
const SWAY: f64 = 8.0;

/// A driver in a car.
pub struct Driver {
    kind: Kind,
    r: Random,
    steps: std::collections::VecDeque<Step>,
    step: Step,
    /// When the step began, and the heading then.
    since: f64,
    heading: f64,
    /// What the foot asks for, m/s2, and by how much the engine is short of it.
    asked: f64,
    steer: f64,
    brakes: Brakes,
    bumps: [f64; 4],
    /// Grip is not the same at each spot: standard deviations under each wheel.
    patches: [f64; 4],
    /// Phases of winding roads.
    phase: f64,
    /// How far the speed wanders while it is held, m/s: 0.1 km/h with cruise control on the flat, 1 with a foot or hills.
    wander: f64,
    /// What traction control leaves of the drive.
    allowed: f64,
}

impl Driver {
    pub fn new(kind: Kind, seed: u64) -> Self {
        let mut r = Random::new(seed, "driver");
        let (most, phase) = (r.between(0.12, 0.2), r.between(0.0, 100.0));
        let least = r.between(0.03, 0.06);
        let wander = r.between(0.1, 1.0) / 3.6;
        let pads = std::array::from_fn(|_| 1.0 + 0.03 * r.normal().clamp(-2.0, 2.0));
        Self {
            kind,
            r,
            steps: std::collections::VecDeque::new(),
            step: Step::stand(0.0),
            since: 0.0,
            heading: 0.0,
            asked: 0.0,
            steer: 0.0,
            brakes: Brakes::new(most, least, pads),
            patches: [0.0; 4],
            bumps: [0.0; 4],
            phase,
            wander,
            allowed: 1.0,
        }
    }

    /// What the car gets during the next step.
    pub fn input(&mut self, car: &Car, body: &Body, now: f64) -> Input {
        while self.is_over(body, now) {
            if self.steps.is_empty() {
                self.steps.extend(self.kind.next(car, &mut self.r));
            }
            self.step = self.steps.pop_front().unwrap_or(Step::stand(1.0));
            (self.since, self.heading) = (now, body.heading);
        }
        self.turn_the_wheel(car, body, now);
        self.press(body, now);
        let drive = self.drive(car, body);
        // The engine brakes gently; below the brakes do all of it.
        let standing = self.step.speed == 0.0 && self.step.throttle.is_none() && body.along.abs() < 0.25;
        let braking = if standing { 3.0 } else { (-self.asked * body.along.signum()).max(0.0) };
        let pedal = Pedal {
            braking: if self.step.throttle.is_some() { 0.0 } else { braking },
            hand_brake: self.step.hand_brake,
            anti_lock: self.step.anti_lock,
        };
        let brakes = self.brakes.step(car, body, pedal, self.steer);
        for bump in &mut self.bumps {
            // Wheels hop at about 10 Hz and bodies at 1.5; a first-order noise of 20 ms covers both.
            let push = 3.0_f64.sqrt() * self.r.between(-1.0, 1.0);
            *bump += push * (2.0 * STEP / 0.02_f64).sqrt() - *bump * STEP / 0.02;
        }
        for patch in &mut self.patches {
            // Spots of some metres: 0.3 s.
            let push = 3.0_f64.sqrt() * self.r.between(-1.0, 1.0);
            *patch += push * (2.0 * STEP / 0.3_f64).sqrt() - *patch * STEP / 0.3;
        }
        let still = (body.along.abs() / 3.0).min(1.0);
        let [left, right] = self.step.road;
        Input {
            steer: self.steer,
            drive,
            brakes,
            road: std::array::from_fn(|wheel| {
                [left, right][wheel % 2] * (1.0 + 0.05 * self.patches[wheel].clamp(-2.0, 2.0))
            }),
            bumps: self.bumps.map(|bump| bump * still),
        }
    }

    fn is_over(&self, body: &Body, now: f64) -> bool {
        let passed = now - self.since;
        match self.step.until {
            Until::Seconds(seconds) => passed >= seconds,
            Until::Reached(at_most) => (body.along - self.step.speed).abs() < 0.3 || passed > at_most,
            Until::Turned(angle) => (body.heading - self.heading).abs() >= angle || passed > 20.0,
        }
    }

    fn turn_the_wheel(&mut self, car: &Car, body: &Body, now: f64) {
        let speed = body.along.abs().max(1.0);
        let curvature = match self.step.course {
            Course::Bend(curvature) => curvature,
            Course::Winding(sideways) => {
                let t = now + self.phase;
                let swing = 0.55 * (t / 1.9).sin() + 0.45 * (t / 0.83).sin();
                // Faster than 8 m/s bends are as the sideways acceleration says; slower, as streets are.
                swing * sideways / speed.max(8.0).powi(2)
            }
        };
        // 4 m/s2 is the most, whatever the bend.
        let most = 4.0 / (speed * speed);
        let wanted = curvature.clamp(-most.max(1e-4), most.max(1e-4));
        let target = (wanted * car.wheelbase).atan();
        // A driver also steers against a tail that comes round: towards where the car goes.
        let drift = if speed > 3.0 { (body.across / body.along.abs()).atan() } else { 0.0 };
        let against = drift - drift.clamp(-0.05, 0.05);
        let skid = against + 0.2 * (wanted * body.along - body.yaw_rate) * (speed / 8.0).min(1.0);
        let target = (target + skid).clamp(-car.full_lock, car.full_lock);
        let hurry = if skid.abs() > 0.02 { car.steer_rate } else { 0.05 };
        let rate = car.steer_rate.min(SWAY * car.wheelbase / (speed * speed) + hurry);
        self.steer += (target - self.steer).clamp(-rate * STEP, rate * STEP);
    }

    /// The foot: towards the acceleration that the step asks for, no faster than it can.
    fn press(&mut self, body: &Body, now: f64) {
        let Step { speed, up, down, foot, .. } = self.step;
        let t = now + self.phase;
        let swing = 0.6 * (t / 2.3).sin() + 0.4 * (t / 0.9).sin();
        let held = speed * (1.0 + self.wander * swing / speed.abs().max(8.0));
        let gap = held - body.along;
        // Forward and back alike: towards more speed with `up`, towards less with `down`.
        let slowing = gap * body.along < 0.0;
        let most = if slowing { down } else { up };
        // Eases off near the target.
        let wanted = (gap * 2.5).clamp(-most, most);
        self.asked += (wanted - self.asked).clamp(-foot * STEP, foot * STEP);
    }

    /// Engine torque at all driven wheels.
    fn drive(&mut self, car: &Car, body: &Body) -> f64 {
        let radius = car.tyres[0].nominal;
        let held: f64 = (0..4)
            .filter(|&wheel| car.drives(wheel))
            .map(|wheel| body.loads[wheel] * car.tyres[wheel].peak)
            .sum();
        let road = f64::midpoint(self.step.road[0], self.step.road[1]);
        let resisting = 0.4 * body.along * body.along.abs()
            + 0.01 * car.mass * GRAVITY * (body.along / 0.4).clamp(-1.0, 1.0);
        let force = match self.step.throttle {
            Some(part) => part * held * road,
            None if self.step.speed == 0.0 || self.asked * body.along < 0.0 => 0.0,
            // Wheels and engine take their part of the torque to spin up.
            None => (self.asked
                * (car.mass + 4.0 * car.wheel_inertia / radius.powi(2) + self.extra(car) / radius.powi(2))
                + resisting)
                .clamp(-held, held),
        };
        self.control_traction(car, body, radius);
        // No engine goes on pulling a spinning axle beyond what its gear gives: 60 m/s above the car is the end.
        force * radius * self.allowed
    }

    fn extra(&self, car: &Car) -> f64 {
        let driven = if car.driven == Driven::All { 4.0 } else { 2.0 };
        driven * car.driveline_inertia
    }

    /// Traction control, where there is one, lets 10 to 15 % of slip pass; without it a person eases at 60 %.
    fn control_traction(&mut self, car: &Car, body: &Body, radius: f64) {
        let fastest = (0..4)
            .filter(|&wheel| car.drives(wheel))
            .map(|wheel| body.spin[wheel].abs() * radius)
            .fold(0.0, f64::max);
        let limit = if car.traction_control { 1.12 } else { 1.6 };
        let over = fastest > body.along.abs() * limit + if car.traction_control { 0.8 } else { 5.0 };
        // Engines follow within 0.15 s.
        let rate = if over { -STEP / 0.15 } else { STEP / 0.5 };
        self.allowed = (self.allowed + rate).clamp(0.05, 1.0);
    }
}
