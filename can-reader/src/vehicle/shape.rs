//! The tables `[geometry]` and `[limits]` of a profile.

use serde::Deserialize;

use crate::estimator::{Geometry, Limits};

/// What is known of the vehicle's shape.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GeometryTable {
    /// From the front axle to the rear axle, metres.
    wheelbase_m: Option<Length>,
    /// From the left wheel to the right one, metres.
    track_m: Option<Length>,
    /// The tightest bend, metres, at the middle of the rear axle.
    least_radius_m: Option<f64>,
}

/// A length, or the least and the greatest that it may be.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a number of metres, or [least, greatest]")]
enum Length {
    Exact(f64),
    Range(f64, f64),
}

impl Length {
    const fn ends(self) -> (f64, f64) {
        match self {
            Self::Exact(metres) => (metres, metres),
            Self::Range(least, greatest) => (least, greatest),
        }
    }
}

impl GeometryTable {
    /// What is said, and else what passenger cars have.
    ///
    /// # Errors
    /// A sentence that begins with the key of what makes no sense.
    pub fn geometry(&self) -> Result<Geometry, String> {
        let default = Geometry::default();
        let length = |key: &str, said: Option<Length>, default, (low, high): (f64, f64)| {
            let (least, greatest) = said.map_or(default, Length::ends);
            // A NaN is in no range.
            if low <= least && least <= greatest && greatest <= high {
                return Ok((least, greatest));
            }
            Err(format!(
                "geometry.{key} = {least} to {greatest}: it must be from {low} to {high} metres, the least first"
            ))
        };
        let wheelbase_m = length("wheelbase_m", self.wheelbase_m, default.wheelbase_m, (0.05, 20.0))?;
        let track_m = length("track_m", self.track_m, default.track_m, (0.05, 4.0))?;
        let radius = self.least_radius_m.map(Length::Exact);
        let radius =
            length("least_radius_m", radius, (default.least_radius_m, default.least_radius_m), (0.0, 50.0))?;
        Ok(Geometry { wheelbase_m, track_m, least_radius_m: radius.0 })
    }
}

/// What to believe of the vehicle.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitsTable {
    max_accel_ms2: Option<f64>,
    max_speed_kmh: Option<f64>,
    // Numbers of rules that are no more: profiles that have them still load.
    sensor_floor_kmh: Option<toml::Value>,
    persist_ms: Option<toml::Value>,
    agree_kmh: Option<toml::Value>,
    agree_percent: Option<toml::Value>,
}

impl LimitsTable {
    /// What is said, and else what road cars can do.
    pub fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            max_accel_ms2: self.max_accel_ms2,
            max_speed_kmh: self.max_speed_kmh.unwrap_or(default.max_speed_kmh),
        }
    }

    /// The keys that mean nothing any more, each with what came in its place.
    pub fn obsolete(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        [
            (
                "sensor_floor_kmh",
                &self.sensor_floor_kmh,
                "that slow wheels cannot be seen is known to the estimate",
            ),
            ("persist_ms", &self.persist_ms, "a value is believed by evidence, not by standing long enough"),
            (
                "agree_kmh",
                &self.agree_kmh,
                "how far wheels may part follows from [geometry] and from their tolerance_percent",
            ),
            (
                "agree_percent",
                &self.agree_percent,
                "how far wheels may part follows from [geometry] and from their tolerance_percent",
            ),
        ]
        .into_iter()
        .filter(|(_, value, _)| value.is_some())
        .map(|(key, _, instead)| (key, instead))
    }
}
