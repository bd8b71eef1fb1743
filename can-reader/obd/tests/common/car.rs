//! An emulated car behind the diagnostic socket: control units that answer on either addressing, slow, silent, negative, two of them,
//! with wrong lengths, beside other traffic and another tester. A pure function of time, for the state machine and for a vcan alike.

use std::time::Duration;

use can_reader::FrameId;

/// How a control unit answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As it should.
    Good,
    /// Not at all.
    Silent,
    /// Refuses, with this code.
    Refuses(u8),
    /// Says "pending" first and answers 400 ms later.
    Pending,
    /// With one byte too many.
    TooLong,
    /// Frames without padding.
    Unpadded,
}

/// One control unit.
#[derive(Clone, Debug)]
pub struct Unit {
    pub number: u8,
    pub manner: Manner,
    /// How long it takes.
    pub delay: Duration,
    /// The parameters that it supports.
    pub supports: Vec<u8>,
    /// What it says the speed is, km/h.
    pub kmh: u8,
}

impl Unit {
    /// An engine computer.
    pub fn engine(delay_ms: u64) -> Self {
        let supports = vec![0x01, 0x05, 0x0C, 0x0D, 0x20, 0x2F, 0x40, 0x42, 0x46, 0x5A, 0x5C];
        let delay = Duration::from_millis(delay_ms);
        Self { number: 0, manner: Manner::Good, delay, supports, kmh: 87 }
    }

    /// A gearbox.
    pub fn gearbox(delay_ms: u64) -> Self {
        Self { number: 1, supports: vec![0x0D], kmh: 86, ..Self::engine(delay_ms) }
    }

    fn mask(&self, first: u8) -> [u8; 4] {
        let bit = |pid: &u8| pid.checked_sub(first + 1).filter(|n| *n < 32).map_or(0, |n| 1_u32 << (31 - n));
        self.supports.iter().map(bit).sum::<u32>().to_be_bytes()
    }

    fn data(&self, pid: u8) -> Option<Vec<u8>> {
        if pid != 0 && !self.supports.contains(&pid) {
            return None;
        }
        Some(match pid {
            0x00 | 0x20 | 0x40 => self.mask(pid).to_vec(),
            0x01 => vec![0x80, 0x07, 0xE5, 0],
            0x0C => (850_u16 * 4).to_be_bytes().to_vec(),
            0x0D => vec![self.kmh],
            0x42 => 14_100_u16.to_be_bytes().to_vec(),
            0x05 | 0x46 | 0x5C => vec![0x69],
            _ => vec![0x80],
        })
    }
}

/// A car: its units, and what else is on its bus.
#[derive(Clone, Debug)]
pub struct Car {
    pub extended: bool,
    pub units: Vec<Unit>,
    /// What will be said, and when.
    queue: Vec<(Duration, FrameId, Vec<u8>)>,
    /// Frames with these ids every 20 ms while [`Car::awake`].
    pub traffic: Vec<u16>,
    pub awake: bool,
    next_traffic: Duration,
}

impl Car {
    pub fn with(units: &[Unit]) -> Self {
        Self {
            extended: false,
            units: units.to_vec(),
            queue: Vec::new(),
            traffic: Vec::new(),
            awake: true,
            next_traffic: Duration::ZERO,
        }
    }

    pub fn talking(self, ids: &[u16]) -> Self {
        Self { traffic: ids.to_vec(), ..self }
    }

    /// A frame on the bus, which may be a request.
    pub fn hear(&mut self, at: Duration, id: FrameId, data: &[u8]) {
        let asked = match self.extended {
            false => FrameId::Standard(0x7DF),
            true => FrameId::Extended(0x18DB_33F1),
        };
        let [0x02, 0x01, pid, ..] = *data else { return };
        if id != asked || data.len() != 8 || !self.awake {
            return;
        }
        for unit in &self.units {
            let id = match self.extended {
                false => FrameId::Standard(0x7E8 + u16::from(unit.number)),
                true => FrameId::Extended(0x18DA_F110 + u32::from(unit.number)),
            };
            let mut say = |after: Duration, bytes: Vec<u8>, padded: bool| {
                let mut frame = vec![u8::try_from(bytes.len()).unwrap_or(8)];
                frame.extend(bytes);
                if padded {
                    frame.resize(8, 0xAA);
                }
                self.queue.push((at + unit.delay + after, id, frame));
            };
            let answer = unit.data(pid).map(|data| [vec![0x41, pid], data].concat());
            match (unit.manner, answer) {
                (Manner::Silent, _) | (_, None) => {}
                (Manner::Good, Some(answer)) => say(Duration::ZERO, answer, true),
                (Manner::Refuses(code), Some(_)) => say(Duration::ZERO, vec![0x7F, 0x01, code], true),
                (Manner::Pending, Some(answer)) => {
                    say(Duration::ZERO, vec![0x7F, 0x01, 0x78], true);
                    say(Duration::from_millis(400), answer, true);
                }
                (Manner::TooLong, Some(answer)) => say(Duration::ZERO, [answer, vec![0]].concat(), true),
                (Manner::Unpadded, Some(answer)) => say(Duration::ZERO, answer, false),
            }
        }
        self.queue.sort_by_key(|(at, ..)| *at);
    }

    /// Whether it is about to say something.
    pub fn is_answering(&self) -> bool {
        !self.queue.is_empty()
    }

    /// What it says up to now.
    pub fn say(&mut self, at: Duration) -> Vec<(FrameId, Vec<u8>)> {
        let mut said = Vec::new();
        while self.queue.first().is_some_and(|(due, ..)| *due <= at) {
            let (_, id, data) = self.queue.remove(0);
            said.push((id, data));
        }
        if self.awake && self.next_traffic <= at {
            self.next_traffic = at + Duration::from_millis(20);
            said.extend(self.traffic.iter().map(|id| (FrameId::Standard(*id), vec![0; 8])));
        }
        said
    }
}
