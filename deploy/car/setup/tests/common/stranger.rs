//! A car that no profile knows: a made-up body that drives, and a layout that no car has.
//!
//! Wheels in one message, 14 bits each, Intel, 1/32 km/h a count and 100 counts at rest, the right ones first and the rear ones before
//! the front ones; its own speed, engine, pedal and steering in other messages.

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
    steps: u64,
}

impl Stranger {
    /// 20 ms on; the frames of that moment.
    pub fn step(&mut self) -> Vec<Frame> {
        let most = PACE_MS2 * 3.6 * STEP_MS as f64 / 1000.0;
        self.kmh += (self.aim_kmh - self.kmh).clamp(-most, most);
        let most = TURN * STEP_MS as f64 / 1000.0;
        self.curvature += (self.aim_curvature - self.curvature).clamp(-most, most);
        let frames = [self.wheels(), self.speed(), self.engine(), self.steering()];
        self.steps += 1;
        frames.to_vec()
    }

    /// Rear right, rear left, front right, front left.
    fn wheels(&self) -> Frame {
        let wheel = |x: f64, y: f64, which: u64| {
            let own = (1.0 - self.curvature * y).hypot(self.curvature * x);
            // Sensors of a car that rolls live in their last digits.
            let counts = if self.kmh > 0.0 { 2.4 * self.noise(which) } else { 0.0 };
            (self.kmh * own * 32.0 + counts).max(0.0).round() as u64 + 100
        };
        let places = [(0.0, -HALF), (0.0, HALF), (LENGTH, -HALF), (LENGTH, HALF)];
        let word =
            (0_u64..).zip(places).fold(0, |word, (place, (x, y))| word | wheel(x, y, place) << (16 * place));
        // Bits above a wheel that never change.
        self.frame(WHEELS_ID, (word | 1 << 62).to_le_bytes())
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
