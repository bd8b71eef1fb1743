//! A made-up car: its profiles, its frames, and logs of its CAN bus.
//!
//! Each of its messages carries speeds of 16 bits, 0.01 km/h each, little endian, one after the other.

use std::fmt::Write as _;
use std::path::PathBuf;

use tempfile::TempDir;

/// CAN id of the one message of the car with one bus.
pub const CAR_ID: u16 = 0x100;

/// CAN id of the front wheels' message in the car with two buses: on the first.
pub const FRONT_ID: u16 = 0x100;

/// CAN id of the rear wheels' message in the car with two buses: on the second.
pub const REAR_ID: u16 = 0x200;

/// First time stamp of every log, microseconds since 1970.
pub const START_US: u64 = 1_600_000_000_000_000;

/// From one frame to the next, ms, as in a real car.
pub const PERIOD_MS: u64 = 20;

/// What the last digits of four wheels are off by, frame by frame: as those of living sensors, no two alike, and their
/// mean stands still.
const LAST_DIGITS: [f64; 4] = [0.01, 0.0, -0.01, 0.0];

/// The profile of a car that says one speed.
#[must_use]
pub fn one_speed(stale_after_ms: u64) -> String {
    let settings = format!("title = \"Test car\"\nstale_after_ms = {stale_after_ms}\n");
    profile(&settings, &[(CAR_ID, "CAR", &["SPEED"])], "[vehicle_speed]\nsignal = \"CAR.SPEED\"\n")
}

/// The profile of a car that says the speeds of its four wheels in one message.
#[must_use]
pub fn four_wheels() -> String {
    let wheels = "[wheels]\nRow1.Left = \"CAR.FL\"\nRow1.Right = \"CAR.FR\"\nRow2.Left = \"CAR.RL\"\n\
                  Row2.Right = \"CAR.RR\"\n";
    let settings = "title = \"Test car\"\nstale_after_ms = 500\n";
    profile(settings, &[(CAR_ID, "CAR", &["FL", "FR", "RL", "RR"])], wheels)
}

/// The profile of a car with front-wheel drive whose axles are on two CAN buses: [`FRONT_ID`] on the first,
/// [`REAR_ID`] on the second.
#[must_use]
pub fn two_buses() -> String {
    let wheels = "[wheels]\nRow1.Left = \"FRONT.LEFT\"\nRow1.Right = \"FRONT.RIGHT\"\n\
                  Row2.Left = \"REAR.LEFT\"\nRow2.Right = \"REAR.RIGHT\"\n\n[interfaces]\nREAR = 2\n";
    let axle = &["LEFT", "RIGHT"];
    let messages = [(FRONT_ID, "FRONT", axle.as_slice()), (REAR_ID, "REAR", axle)];
    profile("title = \"Two buses\"\ndriven = \"front\"\n", &messages, wheels)
}

/// A profile with these settings, messages (id, name, signals) and tables.
fn profile(settings: &str, messages: &[(u16, &str, &[&str])], tables: &str) -> String {
    let mut dbc = "VERSION \"\"\nNS_ :\nBS_:\nBU_: ABS\n".to_owned();
    for (id, name, signals) in messages {
        let _ = writeln!(dbc, "BO_ {id} {name}: 8 ABS");
        for (at, signal) in signals.iter().enumerate() {
            let _ = writeln!(dbc, " SG_ {signal} : {}|16@1+ (0.01,0) [0|655] \"km/h\" ABS", at * 16);
        }
    }
    format!("{settings}dbc_inline = '''\n{dbc}'''\n\n{tables}")
}

/// The data of a message with these speeds, km/h; four at most.
#[must_use]
pub fn data(speeds_kmh: &[f64]) -> [u8; 8] {
    assert!(speeds_kmh.len() <= 4, "a message holds 4 speeds");
    let mut data = [0; 8];
    for (bytes, kmh) in data.chunks_exact_mut(2).zip(speeds_kmh) {
        bytes.copy_from_slice(&((kmh * 100.0).round() as u16).to_le_bytes());
    }
    data
}

/// A frame as `cansend` and candump logs write it.
#[must_use]
pub fn text(id: u16, data: &[u8]) -> String {
    let mut text = format!("{id:03X}#");
    for byte in data {
        let _ = write!(text, "{byte:02X}");
    }
    text
}

/// A car's profile and log, in a folder of their own.
#[derive(Debug)]
pub struct Car {
    /// The folder, which goes away with the car.
    pub folder: TempDir,
    log: String,
    /// How many speeds its one message has.
    speeds: usize,
}

impl Car {
    /// A car that says one speed, which is stale after 500 ms.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes a folder")]
    pub fn new() -> Self {
        Self::with("car.toml", &one_speed(500), 1)
    }

    /// A car that says the speeds of its four wheels.
    #[must_use]
    pub fn with_four_wheels() -> Self {
        Self::with("car.toml", &four_wheels(), 4)
    }

    fn with(name: &str, profile: &str, speeds: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let car = Self { folder, log: String::new(), speeds };
        car.write(name, profile);
        car
    }

    /// Writes the profile of the car with one speed.
    pub fn write_profile(&self, name: &str, stale_after_ms: u64) {
        self.write(name, &one_speed(stale_after_ms));
    }

    /// Writes the profile of a car with two CAN buses; its path.
    pub fn two_buses(&self) -> String {
        self.write("two.toml", &two_buses())
    }

    /// A frame with this speed; of four wheels that turn, their mean.
    #[must_use]
    pub fn frame(self, at_ms: u64, kmh: f64) -> Self {
        let stamp_us = START_US + at_ms * 1000;
        let (seconds, micros) = (stamp_us / 1_000_000, stamp_us % 1_000_000);
        let turn = self.speeds == LAST_DIGITS.len() && kmh > 0.0;
        let number = (at_ms / PERIOD_MS) as usize;
        let off = |wheel| if turn { LAST_DIGITS[(number + wheel) % LAST_DIGITS.len()] } else { 0.0 };
        let speeds: Vec<_> = (0..self.speeds).map(|wheel| kmh + off(wheel)).collect();
        let frame = text(CAR_ID, &data(&speeds));
        self.line(&format!("({seconds}.{micros:06}) can0 {frame}"))
    }

    /// A frame every [`PERIOD_MS`] with this speed, from and to these times.
    #[must_use]
    pub fn steady(self, from_ms: u64, to_ms: u64, kmh: f64) -> Self {
        let times = (from_ms..to_ms).step_by(PERIOD_MS as usize);
        times.fold(self, |car, at_ms| car.frame(at_ms, kmh))
    }

    /// A line of the log, as it is.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        self.log.push_str(line);
        self.log.push('\n');
        self
    }

    /// Path of its profile.
    #[must_use]
    pub fn profile(&self) -> String {
        self.path("car.toml").display().to_string()
    }

    /// Writes the log down; its path.
    pub fn log(&self) -> String {
        self.write("drive.log", &self.log)
    }

    /// A file in its folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a configuration file beside profile and log; its path.
    pub fn config(&self, text: &str) -> String {
        self.write("speed.toml", text)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).expect("a file in its folder");
        path.display().to_string()
    }
}
