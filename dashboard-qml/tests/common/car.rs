//! The real `speed-service`, which replays a log of a made-up car.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::Bus;

const PROFILE: &str = r#"title = "Test car"
stale_after_ms = 500
dbc_inline = '''
VERSION ""
NS_ :
BS_:
BU_: ABS
BO_ 256 CAR: 8 ABS
 SG_ FL : 0|16@1+ (0.01,0) [0|655] "km/h" ABS
 SG_ FR : 16|16@1+ (0.01,0) [0|655] "km/h" ABS
 SG_ RL : 32|16@1+ (0.01,0) [0|655] "km/h" ABS
 SG_ RR : 48|16@1+ (0.01,0) [0|655] "km/h" ABS
'''

[wheels]
Row1.Left = "CAR.FL"
Row1.Right = "CAR.FR"
Row2.Left = "CAR.RL"
Row2.Right = "CAR.RR"
"#;

/// A running service; it is killed with the test.
pub struct Service {
    child: Child,
    _folder: TempDir,
}

impl Service {
    /// Starts it on this bus with a car that holds each speed (km/h) for its time (ms).
    pub fn start(bus: &Bus, drive: &[(f64, u64)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (profile, log) = (folder.path().join("car.toml"), folder.path().join("drive.log"));
        std::fs::write(&profile, PROFILE).unwrap();
        std::fs::write(&log, candump(drive)).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_dashboard-qml")).with_file_name("speed-service");
        assert!(program.exists(), "{} is missing: cargo build -p speed-service", program.display());
        let child = Command::new(program)
            .arg("--replay")
            .arg(log)
            .arg("--vehicle")
            .arg(profile)
            .env("DBUS_SESSION_BUS_ADDRESS", bus.address())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, _folder: folder }
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Of four wheels: their last digits go up and down as those of living sensors, no two alike, and their mean stands still.
const LAST_DIGITS: [i32; 4] = [1, 0, -1, 0];

fn candump(drive: &[(f64, u64)]) -> String {
    let mut log = String::new();
    let mut at_ms = 0;
    for (kmh, for_ms) in drive {
        let raw = (kmh * 100.0).round() as i32;
        for n in 0..for_ms / 20 {
            let (seconds, millis) = (1_600_000_000 + at_ms / 1000, at_ms % 1000);
            let last = |wheel: u64| if raw > 0 { LAST_DIGITS[((n + wheel) % 4) as usize] } else { 0 };
            let value = |wheel| ((raw + last(wheel)) as u16).swap_bytes();
            let wheels: String = (0..4).map(|wheel| format!("{:04X}", value(wheel))).collect();
            writeln!(log, "({seconds}.{millis:03}000) can0 100#{wheels}").unwrap();
            at_ms += 20;
        }
    }
    log
}
