//! The numbers that the rules of the estimate use.

use std::time::Duration;

use serde::Deserialize;

/// What is believed of a vehicle. A profile may set each; the defaults suit a road car.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Greatest acceleration or braking that is believed without proof, m/s². A road car brakes with
    /// at most about 11; 15 leaves room for sensor noise.
    pub max_accel_ms2: f64,
    /// Below this speed, km/h, steps are not judged: wheel sensors cannot see slow rotation, and real
    /// ones jump from 2 to 0.
    pub sensor_floor_kmh: f64,
    /// A step that is too large is believed when a trusted wheel confirms it, or, where none can, after
    /// it has persisted for this long, ms.
    pub persist_ms: u64,
    /// Wheels agree when they are no further apart than this, km/h, ...
    pub agree_kmh: f64,
    /// ... or than this part of the faster one, percent.
    pub agree_percent: f64,
    /// Fastest speed that this vehicle can reach, km/h: anything above is out of range.
    pub max_speed_kmh: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_accel_ms2: 15.0,
            sensor_floor_kmh: 10.0,
            persist_ms: 200,
            agree_kmh: 3.0,
            agree_percent: 5.0,
            max_speed_kmh: 400.0,
        }
    }
}

impl Limits {
    /// Whether two speeds, km/h, agree.
    #[must_use]
    pub fn agree(&self, a_kmh: f64, b_kmh: f64) -> bool {
        (a_kmh - b_kmh).abs() <= self.agree_kmh.max(self.agree_percent / 100.0 * a_kmh.max(b_kmh))
    }

    pub(crate) const fn persist(&self) -> Duration {
        Duration::from_millis(self.persist_ms)
    }

    /// The first limit that makes no sense, and why.
    pub(crate) fn fault(&self) -> Option<String> {
        let ranges = [
            ("max_accel_ms2", self.max_accel_ms2, 1.0, 1000.0),
            ("sensor_floor_kmh", self.sensor_floor_kmh, 0.0, 50.0),
            ("persist_ms", self.persist_ms as f64, 0.0, 10_000.0),
            ("agree_kmh", self.agree_kmh, 0.1, 50.0),
            ("agree_percent", self.agree_percent, 0.0, 50.0),
            ("max_speed_kmh", self.max_speed_kmh, 1.0, 2000.0),
        ];
        // A NaN is in no range.
        ranges
            .into_iter()
            .find(|(_, value, low, high)| !(low..=high).contains(&value))
            .map(|(key, value, low, high)| format!("limits.{key} = {value}: it must be from {low} to {high}"))
    }
}
