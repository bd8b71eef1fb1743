//! A car that no profile knows: a made-up body that drives, and a layout that no car has.
//!
//! Wheels in one message, 14 bits each, Intel, 1/32 km/h a count and 100 counts at rest, the right ones first and the rear ones before
//! the front ones; its own speed, engine, pedal and steering in other messages.

use std::fmt::Write as _;

use can_reader::dbc::Database;
use can_reader::{Frame, FrameId, FrameKind, Payload, SourceTime, Stamp};

/// From one step to the next, ms.
pub const STEP_MS: u64 = 20;

/// Its wheels.
pub const WHEELS_ID: u16 = 0x2B7;

/// m/s2, the hardest that its driver accelerates and brakes.
const PACE_MS2: f64 = 2.5;

/// 1/m in a second: how fast its driver turns the wheel.
const TURN: f64 = 0.08;

/// The rear axle to the front one, and the middle to a wheel, metres.
const LENGTH: f64 = 2.7;
const HALF: f64 = 0.75;

#[derive(Clone, Debug, Default)]
pub struct Stranger {
    /// Its true speed, km/h.
    pub kmh: f64,
    /// 1/m, positive to the left, at the middle of the rear axle.
    pub curvature: f64,
    /// What its driver wants.
    pub aim_kmh: f64,
    pub aim_curvature: f64,
    /// Another layout of its wheels: signals FL, FR, RL and RR.
    pub moved: Option<Database>,
    steps: u64,
}

impl Stranger {
    /// 20 ms on; the frames of that moment.
    pub fn step(&mut self) -> Vec<Frame> {
        let most = PACE_MS2 * 3.6 * STEP_MS as f64 / 1000.0;
        self.kmh += (self.aim_kmh - self.kmh).clamp(-most, most);
        let most = TURN * STEP_MS as f64 / 1000.0;
        self.curvature += (self.aim_curvature - self.curvature).clamp(-most, most);
        let mut frames = vec![self.speed(), self.engine(), self.steering()];
        match &self.moved {
            Some(moved) => frames.extend(self.moved_wheels(moved)),
            None => frames.push(self.wheels()),
        }
        self.steps += 1;
        frames
    }

    /// A drive with a stand, two speeds, a bend to each side and a stop, as `candump -L` writes it.
    pub fn log(mut self) -> String {
        let mut text = String::new();
        let acts = [
            (5.0, 0.0, 0.0),
            (8.0, 20.0, 0.0),
            (10.0, 40.0, 0.0),
            (6.0, 15.0, 0.0),
            (6.0, 15.0, 0.12),
            (6.0, 15.0, -0.12),
            (6.0, 0.0, 0.0),
        ];
        for (seconds, kmh, curvature) in acts {
            (self.aim_kmh, self.aim_curvature) = (kmh, curvature);
            for _ in 0..(seconds * 1000.0) as u64 / STEP_MS {
                for frame in self.step() {
                    let at = 1_700_000_000.0 + frame.stamp.at.as_secs_f64();
                    // Writing to a String cannot fail.
                    let _ = writeln!(text, "({at:.6}) can0 {}#{:?}", frame.id, frame.payload);
                }
            }
        }
        text
    }

    /// How fast a wheel at this place is, km/h. Sensors of a car that rolls live in their last digits, which are `step` km/h.
    fn wheel_kmh(&self, (x, y): (f64, f64), which: u64, step: f64) -> f64 {
        let own = (1.0 - self.curvature * y).hypot(self.curvature * x);
        let noise = if self.kmh > 0.0 { 2.4 * step * self.noise(which) } else { 0.0 };
        (self.kmh * own + noise).max(0.0)
    }

    /// Rear right, rear left, front right, front left.
    fn wheels(&self) -> Frame {
        let places = [(0.0, -HALF), (0.0, HALF), (LENGTH, -HALF), (LENGTH, HALF)];
        let raw = |place, which| (self.wheel_kmh(place, which, 1.0 / 32.0) * 32.0).round() as u64 + 100;
        let word =
            (0_u64..).zip(places).fold(0, |word, (which, place)| word | raw(place, which) << (16 * which));
        // Bits above a wheel that never change.
        self.frame(WHEELS_ID, (word | 1 << 62).to_le_bytes())
    }

    fn moved_wheels(&self, moved: &Database) -> Vec<Frame> {
        let places = [("FL", LENGTH, HALF), ("FR", LENGTH, -HALF), ("RL", 0.0, HALF), ("RR", 0.0, -HALF)];
        let frame = |message: &can_reader::dbc::Message| {
            let mut bytes = [0; 8];
            for (which, (name, x, y)) in (0..).zip(places) {
                if let Ok(signal) = message.signal(name) {
                    let kmh = self.wheel_kmh((x, y), which, signal.resolution());
                    signal.encode(kmh, &mut bytes).expect("the speed fits");
                }
            }
            let FrameId::Standard(id) = message.id() else { panic!("11 bits are enough here") };
            self.frame(id, bytes)
        };
        moved.messages().iter().map(frame).collect()
    }

    fn speed(&self) -> Frame {
        let raw = (self.kmh * 1.003 / 0.05).round() as u64;
        self.frame(0x3D4, (raw << 40 | (self.steps & 15)).to_be_bytes())
    }

    fn engine(&self) -> Frame {
        let gear = 1.0 + (self.kmh / 15.0).floor().min(3.0);
        let rpm = (800.0 + self.kmh * 110.0 / gear + 30.0 * self.noise(9)) as u64;
        let pedal = if self.aim_kmh > self.kmh + 0.5 { 90 + (self.steps % 7) } else { 0 };
        self.frame(0x0F3, (rpm << 32 | pedal << 24 | (self.steps & 255)).to_be_bytes())
    }

    fn steering(&self) -> Frame {
        let raw = (self.curvature * 9000.0 + 2.0 * self.noise(11)) as i64 as u64 & 0xFFFF;
        self.frame(0x05A, (raw << 16).to_be_bytes())
    }

    /// -0.5 to 0.5, no two in a row alike.
    fn noise(&self, which: u64) -> f64 {
        let mixed = (self.steps * 31 + which * 17).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        mixed as f64 / f64::from(1 << 24) - 0.5
    }

    fn frame(&self, id: u16, bytes: [u8; 8]) -> Frame {
        let at = SourceTime::from_millis(self.steps * STEP_MS);
        let payload = Payload::new(&bytes).expect("8 bytes");
        Frame {
            stamp: Stamp { wall_us: 0, at },
            id: FrameId::Standard(id),
            kind: FrameKind::Classical,
            payload,
        }
    }
}
