//! A made-up car with one speed signal, and logs of its CAN bus.

use std::fmt::Write as _;
use std::path::PathBuf;

use tempfile::TempDir;

const PROFILE: &str = r#"title = "Test car"
stale_after_ms = STALE
dbc_inline = '''
VERSION ""
NS_ :
BS_:
BU_: ABS
BO_ 256 CAR: 8 ABS
 SG_ SPEED : 0|16@1+ (0.01,0) [0|655] "km/h" ABS
'''

[vehicle_speed]
signal = "CAR.SPEED"
"#;

/// A car with front-wheel drive whose axles are on two CAN buses: 0x100 on the first, 0x200 on the second.
const TWO_BUSES: &str = r#"title = "Two buses"
driven = "front"
dbc_inline = '''
VERSION ""
NS_ :
BS_:
BU_: ABS
BO_ 256 FRONT: 8 ABS
 SG_ LEFT : 0|16@1+ (0.01,0) [0|655] "km/h" ABS
 SG_ RIGHT : 16|16@1+ (0.01,0) [0|655] "km/h" ABS
BO_ 512 REAR: 8 ABS
 SG_ LEFT : 0|16@1+ (0.01,0) [0|655] "km/h" ABS
 SG_ RIGHT : 16|16@1+ (0.01,0) [0|655] "km/h" ABS
'''

[wheels]
Row1.Left = "FRONT.LEFT"
Row1.Right = "FRONT.RIGHT"
Row2.Left = "REAR.LEFT"
Row2.Right = "REAR.RIGHT"

[interfaces]
REAR = 2
"#;

/// First time stamp of every log, microseconds since 1970.
pub const START_US: u64 = 1_600_000_000_000_000;

/// Profile and log in a folder of their own.
pub struct Car {
    pub folder: TempDir,
    log: String,
}

impl Car {
    /// A car whose speed is stale after 500 ms.
    pub fn new() -> Self {
        let car = Self { folder: tempfile::tempdir().expect("a temporary folder"), log: String::new() };
        car.write_profile("car.toml", 500);
        car
    }

    pub fn write_profile(&self, name: &str, stale_after_ms: u64) {
        let profile = PROFILE.replace("STALE", &stale_after_ms.to_string());
        std::fs::write(self.folder.path().join(name), profile).expect("a profile");
    }

    /// The profile of a car with two CAN buses.
    pub fn two_buses(&self) -> String {
        let path = self.path("two.toml");
        std::fs::write(&path, TWO_BUSES).expect("a profile");
        path.display().to_string()
    }

    /// A frame with this speed.
    pub fn frame(mut self, at_ms: u64, kmh: f64) -> Self {
        let stamp = START_US + at_ms * 1000;
        let raw = (kmh * 100.0).round() as u16;
        let [low, high] = raw.to_le_bytes();
        let (seconds, micros) = (stamp / 1_000_000, stamp % 1_000_000);
        writeln!(self.log, "({seconds}.{micros:06}) can0 100#{low:02X}{high:02X}000000000000")
            .expect("a line");
        self
    }

    /// A frame every 20 ms with this speed, from and to these times.
    pub fn steady(self, from_ms: u64, to_ms: u64, kmh: f64) -> Self {
        (from_ms..to_ms).step_by(20).fold(self, |car, at_ms| car.frame(at_ms, kmh))
    }

    pub fn line(mut self, line: &str) -> Self {
        writeln!(self.log, "{line}").expect("a line");
        self
    }

    pub fn profile(&self) -> String {
        self.path("car.toml").display().to_string()
    }

    /// The log, written down.
    pub fn log(&self) -> String {
        let path = self.path("drive.log");
        std::fs::write(&path, &self.log).expect("a log");
        path.display().to_string()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A configuration file beside profile and log.
    pub fn config(&self, text: &str) -> String {
        let path = self.path("speed.toml");
        std::fs::write(&path, text).expect("a configuration");
        path.display().to_string()
    }
}
