//! Cars that send: frames encoded through the DBC files of the built-in profiles themselves.

use std::path::Path;

use can_reader::dbc::{Database, Message, Signal};
use can_reader::integrity::Checksum;
use can_reader::{Frame, FrameKind, Payload, SourceTime, Stamp};

/// From one frame to the next, ms.
pub const PERIOD_MS: u64 = 20;

/// One message of one car.
pub struct Car {
    message: Message,
    speeds: Vec<Signal>,
    /// Physical value of the signals for 1 km/h.
    per_kmh: f64,
    checksum: Option<Checksum>,
    counter: Option<Signal>,
    kind: FrameKind,
    frames: u64,
}

impl Car {
    /// The car of a built-in profile.
    pub fn of(vehicle: &str) -> Self {
        let wheels = ["WHEEL_SPEED_FL", "WHEEL_SPEED_FR", "WHEEL_SPEED_RL", "WHEEL_SPEED_RR"].as_slice();
        let (message, speeds, per_kmh, has_checksum, counter) = match vehicle {
            "honda" => ("WHEEL_SPEEDS", wheels, 1.0, true, None),
            "bmw-e46" | "toyota" => ("WHEEL_SPEEDS", wheels, 1.0, false, None),
            "simulator" => ("WHEEL_SPEEDS", wheels, 1.0, true, Some("ALIVE_COUNTER")),
            "icsim" => ("SPEED", ["VEHICLE_SPEED"].as_slice(), 1.0, false, None),
            // rpm of a wheel that rolls 0.204 m in one turn
            "piracer" => ("WHEEL_ENCODER", ["WHEEL_RPM"].as_slice(), 1000.0 / 60.0 / 0.204, false, None),
            other => panic!("no car of {other}"),
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../can-reader/vehicles");
        let database = Database::load(&folder.join(format!("{vehicle}.dbc"))).expect("its DBC");
        let message = database.message(message).expect("its message").clone();
        let signal = |name: &str| message.signal(name).expect("its signal").clone();
        let checksum = has_checksum.then(|| match vehicle {
            "honda" => Checksum::honda(signal("CHECKSUM"), message.id()),
            _ => Checksum::crc8_sae_j1850(signal("CHECKSUM")).expect("few polynomials"),
        });
        Self {
            speeds: speeds.iter().map(|name| signal(name)).collect(),
            per_kmh,
            checksum,
            counter: counter.map(signal),
            kind: if message.size() > 8 { FrameKind::Fd } else { FrameKind::Classical },
            frames: 0,
            message,
        }
    }

    /// Its next frame, at this speed. The sensors live: no two of them, and no two frames in a row, are the same in the
    /// last digit.
    pub fn frame(&mut self, kmh: f64) -> Frame {
        let mut bytes = vec![0; self.message.size()];
        for (place, signal) in (0_u64..).zip(&self.speeds) {
            let counts = if kmh > 0.0 { ((self.frames * 2 + place * 4) % 9) as f64 - 4.0 } else { 0.0 };
            let value = (kmh * self.per_kmh + counts * signal.resolution()).max(0.0);
            signal.encode(value, &mut bytes).expect("the speed fits");
        }
        if let Some(counter) = &self.counter {
            counter.set_raw(self.frames, &mut bytes).expect("the counter fits");
        }
        if let Some(checksum) = &self.checksum {
            checksum.write(self.message.id(), &mut bytes).expect("the checksum fits");
        }
        let at = SourceTime::from_millis(self.frames * PERIOD_MS);
        self.frames += 1;
        let payload = Payload::new(&bytes).expect("at most 64 bytes");
        Frame { stamp: Stamp { wall_us: 0, at }, id: self.message.id(), kind: self.kind, payload }
    }
}
