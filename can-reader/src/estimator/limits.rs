//! What brakes and engine can do.

/// What is believed of a vehicle. A profile may set each; the defaults suit a road car.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Greatest acceleration and greatest braking, m/s²: `None` for those of a road car, [`Limits::UP_MS2`] and
    /// [`Limits::DOWN_MS2`].
    pub max_accel_ms2: Option<f64>,
    /// Fastest speed that this vehicle can reach, km/h: anything above is out of range.
    pub max_speed_kmh: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_accel_ms2: None, max_speed_kmh: 400.0 }
    }
}

impl Limits {
    /// Greatest acceleration of a road car, m/s²: the fastest sold.
    pub const UP_MS2: f64 = 11.0;

    /// Greatest braking of a road car, m/s²: the best road tyres, with some slope.
    pub const DOWN_MS2: f64 = 12.0;

    /// Greatest acceleration, m/s².
    #[must_use]
    pub fn up_ms2(&self) -> f64 {
        self.max_accel_ms2.unwrap_or(Self::UP_MS2)
    }

    /// Greatest braking, m/s².
    #[must_use]
    pub fn down_ms2(&self) -> f64 {
        self.max_accel_ms2.unwrap_or(Self::DOWN_MS2)
    }

    /// The first limit that makes no sense, and why.
    pub(crate) fn fault(&self) -> Option<String> {
        let ranges = [
            ("max_accel_ms2", self.up_ms2(), 1.0, 1000.0),
            ("max_speed_kmh", self.max_speed_kmh, 1.0, 2000.0),
        ];
        // A NaN is in no range.
        ranges
            .into_iter()
            .find(|(_, value, low, high)| !(low..=high).contains(&value))
            .map(|(key, value, low, high)| format!("limits.{key} = {value}: it must be from {low} to {high}"))
    }
}
