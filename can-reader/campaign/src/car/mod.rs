//! A random passenger car. Every range has its reason beside it; none was taken from the estimator.

pub mod body;
pub mod brakes;
pub mod sensor;
pub mod tyre;

use self::sensor::Unit;
use self::tyre::Tyre;
use crate::random::Random;

/// m/s2.
pub const GRAVITY: f64 = 9.81;

/// Front left and right, rear left and right.
pub const WHEELS: [&str; 4] = ["FL", "FR", "RL", "RR"];

/// Which wheels the engine turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driven {
    Front,
    Rear,
    All,
}

/// What a car is. SI units.
#[derive(Clone, Debug)]
pub struct Car {
    pub mass: f64,
    pub wheelbase: f64,
    pub track: [f64; 2],
    /// From the front axle back to the centre of gravity.
    pub front: f64,
    pub height: f64,
    pub yaw_inertia: f64,
    /// Part of the roll moment that the front axle takes.
    pub roll_front: f64,
    pub tyres: [Tyre; 4],
    pub driven: Driven,
    /// Of one wheel, and what the driveline adds to a driven one, kg m2.
    pub wheel_inertia: f64,
    pub driveline_inertia: f64,
    /// Part of the drive that goes to the front, where all wheels are driven.
    pub drive_front: f64,
    /// Torque by which a differential resists a difference of its wheels, N m s/rad.
    pub lock: f64,
    pub traction_control: bool,
    /// Greatest mean angle of the front wheels, rad, and how fast it can change.
    pub full_lock: f64,
    pub steer_rate: f64,
    /// 1: both front wheels point to one centre (Ackermann); 0: they are parallel.
    pub ackermann: f64,
    pub unit: Unit,
    /// Relative change of a wheel's radius on a road of average roughness (one standard deviation).
    pub roughness: f64,
}

impl Car {
    /// Any car.
    pub fn random(seed: u64) -> Self {
        let r = &mut Random::new(seed, "car");
        // From city cars (2.25 m) to long saloons and vans on passenger-car platforms (3.15 m).
        let wheelbase = r.between(2.25, 3.15);
        // Heavier with length: about 950 kg at the short end, 2,300 kg at the long one.
        let mass = 950.0 + (wheelbase - 2.25) / 0.9 * 1150.0 + r.between(0.0, 250.0);
        let front_track = (1.38 + (wheelbase - 2.25) / 0.9 * 0.2 + r.between(0.0, 0.1)).min(1.68);
        // Axles differ by up to 3 cm.
        let track = [front_track, front_track + r.between(-0.03, 0.03)];
        let driven = r.pick(&[Driven::Front, Driven::Front, Driven::Rear, Driven::All]);
        // Weight on the front axle: 47 (rear engine and mid engine are rarer) to 63 % (front drive).
        let on_front = match driven {
            Driven::Front => r.between(0.56, 0.63),
            Driven::Rear => r.between(0.47, 0.54),
            Driven::All => r.between(0.50, 0.58),
        };
        let front = wheelbase * (1.0 - on_front);
        let yaw_inertia = mass * front * (wheelbase - front) * r.between(0.9, 1.1);
        let loads =
            [on_front, on_front, 1.0 - on_front, 1.0 - on_front].map(|part| part * mass * GRAVITY / 2.0);
        let tyres = Tyre::set(loads, r);
        // Turning circle, kerb to kerb: 9.4 m (city car) to 12.2 m.
        let circle = 9.4 + (wheelbase - 2.25) / 0.9 * 2.0 + r.between(0.0, 0.8);
        let rear_radius = ((circle / 2.0).powi(2) - wheelbase.powi(2)).sqrt() - front_track / 2.0;
        Self {
            mass,
            wheelbase,
            track,
            front,
            height: r.between(0.50, 0.68),
            yaw_inertia,
            roll_front: r.between(0.5, 0.62),
            tyres,
            driven,
            wheel_inertia: r.between(0.8, 1.6),
            driveline_inertia: r.between(0.5, 3.0),
            drive_front: r.between(0.4, 0.6),
            lock: r.between(0.0, 30.0),
            traction_control: r.chance(0.6),
            full_lock: (wheelbase / rear_radius).atan(),
            // Hand wheel at up to 400 to 700 degrees a second, ratio 14 to 17.
            steer_rate: r.between(0.4, 0.75),
            ackermann: r.between(0.4, 1.0),
            unit: Unit::random(r),
            roughness: r.between(0.0004, 0.002),
        }
    }

    /// Curvature at the middle of the rear axle with the wheels turned as far as they go, 1/m.
    pub fn tightest(&self) -> f64 {
        self.full_lock.tan() / self.wheelbase
    }

    /// Whether the engine turns this wheel.
    pub fn drives(&self, wheel: usize) -> bool {
        match self.driven {
            Driven::Front => wheel < 2,
            Driven::Rear => wheel >= 2,
            Driven::All => true,
        }
    }

    /// The peak of the weakest tyre on dry road.
    pub fn grip(&self) -> f64 {
        self.tyres.iter().map(|tyre| tyre.peak).fold(f64::INFINITY, f64::min)
    }

    /// One line for a report.
    pub fn describe(&self) -> String {
        let sizes: Vec<_> =
            self.tyres.iter().map(|tyre| format!("{:+.2} %", 100.0 * (tyre.scale - 1.0))).collect();
        format!(
            "wheelbase {:.2} m, track {:.2}/{:.2} m, {:.0} kg, drives {:?}, tyres {} (slope {:.0}, peak {:.2}), \
             least radius {:.1} m; {}",
            self.wheelbase,
            self.track[0],
            self.track[1],
            self.mass,
            self.driven,
            sizes.join(" "),
            self.tyres[0].along,
            self.tyres[0].peak,
            1.0 / self.tightest(),
            self.unit.describe(),
        )
    }
}
