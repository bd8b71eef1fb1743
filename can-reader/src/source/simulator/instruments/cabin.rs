//! What the simulated car says of its doors, belts, lights and pedals.

use super::super::grip::Grip;
use super::super::motion::Motion;
use super::is_lit;

/// Turns of the steering wheel for one of a front wheel, and metres from axle to axle.
const STEERING_RATIO: f64 = 15.0;
const WHEELBASE_M: f64 = 2.7;

/// What a full pedal does, m/s2.
const FULL_THROTTLE_MS2: f64 = 4.0;
const FULL_BRAKE_MS2: f64 = 9.0;

/// An emergency stop signal begins here (UN Regulation No. 48: 6 m/s2 above 50 km/h).
const EMERGENCY_MS2: f64 = -6.0;

/// Bends that are narrower have the fog lamps light the way (cornering lamps), metres.
const CORNER_M: f64 = 40.0;

/// How long before the car moves on somebody may get in, seconds.
const GETS_IN_S: std::ops::Range<f64> = 1.0..2.0;

/// True is open, fastened, lit or at work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in super::super) struct Cabin {
    pub passenger_door: bool,
    pub passenger_belt: bool,
    pub hazard: bool,
    pub fog_front: bool,
    pub abs: bool,
    pub tcs: bool,
    /// 0 park, 1 reverse, 2 neutral, 3 drive.
    pub lever: u8,
    pub accelerator_percent: f64,
    pub brake_percent: f64,
    /// Positive to the left.
    pub steering_degrees: f64,
    pub tyres_kpa: [f64; 4],
}

impl Cabin {
    pub fn at(seconds: f64, motion: &Motion, accel_ms2: f64, warm: f64) -> Self {
        let moves = motion.speed_ms != 0.0;
        let gets_in = !moves && GETS_IN_S.contains(&motion.left_s);
        let percent = |part: f64| (part * 100.0).clamp(0.0, 100.0);
        Self {
            passenger_door: gets_in,
            passenger_belt: !gets_in,
            hazard: accel_ms2 < EMERGENCY_MS2 && moves && is_lit(seconds),
            fog_front: motion.curvature.abs() > 1.0 / CORNER_M,
            abs: motion.grip == Grip::Abs && moves,
            tcs: motion.grip == Grip::Spins && moves,
            lever: match motion.speed_ms {
                backwards if backwards < 0.0 => 1,
                0.0 if gets_in => 0,
                _ => 3,
            },
            // Some of it holds the speed.
            accelerator_percent: if moves { percent(0.05 + accel_ms2 / FULL_THROTTLE_MS2) } else { 0.0 },
            brake_percent: if moves { percent(-accel_ms2 / FULL_BRAKE_MS2) } else { 20.0 },
            steering_degrees: (WHEELBASE_M * motion.curvature).atan().to_degrees() * STEERING_RATIO,
            // A tyre that has warmed up holds a tenth more.
            tyres_kpa: [232.0, 230.0, 224.0, 226.0].map(|cold_kpa| cold_kpa * (1.0 + 0.1 * warm)),
        }
    }
}
