//! The only frames that this program can build.

use can_reader::FrameId;

/// How a car's emission-related control units are addressed (ISO 15765-4). Which of the two a car understands is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressing {
    /// Identifiers of 11 bits.
    Standard,
    /// Identifiers of 29 bits.
    Extended,
}

impl Addressing {
    /// The identifier of a request to all of them (functional addressing).
    #[must_use]
    pub const fn functional(self) -> FrameId {
        match self {
            Self::Standard => FrameId::Standard(0x7DF),
            Self::Extended => FrameId::Extended(0x18DB_33F1),
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Standard => Self::Extended,
            Self::Extended => Self::Standard,
        }
    }
}

/// A parameter of service 01 (SAE J1979) that may be asked for. There are no others than [`Pid::all`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(u8);

impl Pid {
    /// What of 0x01 to 0x20 a control unit supports.
    pub const SUPPORTED_01_20: Self = Self(0x00);
    /// The same of 0x21 to 0x40.
    pub const SUPPORTED_21_40: Self = Self(0x20);
    /// The same of 0x41 to 0x60.
    pub const SUPPORTED_41_60: Self = Self(0x40);
    /// The vehicle's speed.
    pub const SPEED: Self = Self(0x0D);
    /// The engine's speed.
    pub const ENGINE_SPEED: Self = Self(0x0C);
    /// How far the accelerator is pressed.
    pub const ACCELERATOR: Self = Self(0x5A);

    /// Those that tell what is supported, as far as anything of [`Pid::VALUES`] lies there.
    pub const MASKS: [Self; 3] = [Self::SUPPORTED_01_20, Self::SUPPORTED_21_40, Self::SUPPORTED_41_60];

    /// Those of the built-in profile `obd`: warning lamp, coolant, engine speed, speed, fuel, voltage, outside air, accelerator,
    /// charge, oil.
    pub const VALUES: [Self; 10] = [
        Self(0x01),
        Self(0x05),
        Self::ENGINE_SPEED,
        Self::SPEED,
        Self(0x2F),
        Self(0x42),
        Self(0x46),
        Self::ACCELERATOR,
        Self(0x5B),
        Self(0x5C),
    ];

    /// All that may ever be asked for.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::MASKS.into_iter().chain(Self::VALUES)
    }

    /// The one with this number, if it may be asked for.
    #[must_use]
    pub fn of(number: u8) -> Option<Self> {
        Self::all().find(|pid| pid.0 == number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Bytes of data in its answer (SAE J1979); without it an answer cannot be told from a wrong one.
    #[must_use]
    pub const fn data_bytes(self) -> u8 {
        match self.0 {
            0x00 | 0x01 | 0x20 | 0x40 => 4,
            0x0C | 0x42 => 2,
            _ => 1,
        }
    }
}

/// One request, as it goes out. It can be made of a [`Pid`] and an [`Addressing`] alone, so that nothing else can ever be
/// written: not another service, not flow control, not another identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    addressing: Addressing,
    pid: Pid,
}

impl Request {
    /// Service 01: current data.
    const SERVICE: u8 = 0x01;

    /// A single frame (ISO 15765-2) with two bytes.
    const SINGLE_FRAME_OF_2: u8 = 0x02;

    /// What fills the frame up to the eight bytes that ISO 15765-4 demands. Control units do not read it. ISO 15765-2 has 0xCC as its
    /// default, because it needs no stuff bits; it is the kernel's too (`CAN_ISOTP_DEFAULT_PAD_CONTENT`).
    const PADDING: u8 = 0xCC;

    /// Asks for one parameter.
    pub(crate) const fn new(addressing: Addressing, pid: Pid) -> Self {
        Self { addressing, pid }
    }

    /// What is asked for.
    #[must_use]
    pub const fn pid(self) -> Pid {
        self.pid
    }

    /// How.
    #[must_use]
    pub const fn addressing(self) -> Addressing {
        self.addressing
    }

    /// The identifier of its frame.
    #[must_use]
    pub const fn id(self) -> FrameId {
        self.addressing.functional()
    }

    /// The eight bytes of its frame.
    #[must_use]
    pub const fn data(self) -> [u8; 8] {
        let mut data = [Self::PADDING; 8];
        data[0] = Self::SINGLE_FRAME_OF_2;
        data[1] = Self::SERVICE;
        data[2] = self.pid.0;
        data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_eight_bytes_to_all_control_units() {
        let request = Request::new(Addressing::Standard, Pid::SPEED);
        assert_eq!(request.id(), FrameId::Standard(0x7DF));
        assert_eq!(request.data(), [2, 1, 0x0D, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC]);
        let request = Request::new(Addressing::Extended, Pid::SUPPORTED_01_20);
        assert_eq!(request.id(), FrameId::Extended(0x18DB_33F1));
        assert_eq!(request.data()[..3], [2, 1, 0]);
    }

    #[test]
    fn only_what_is_listed_can_be_asked_for() {
        let numbers: Vec<_> = (0..=u8::MAX).filter_map(Pid::of).map(Pid::number).collect();
        let listed = [0x00, 0x01, 0x05, 0x0C, 0x0D, 0x20, 0x2F, 0x40, 0x42, 0x46, 0x5A, 0x5B, 0x5C];
        assert_eq!(numbers, listed);
    }
}
