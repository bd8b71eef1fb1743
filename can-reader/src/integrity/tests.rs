//! What public DBC projects know of makers' checksums, said in TOML and held against bytes that were computed another way:
//! bit by bit here, or by others and published.

mod descriptions;

use proptest::prelude::*;

use super::*;
use crate::dbc::{Database, Message};

/// A profile's part on one message.
#[derive(serde::Deserialize)]
struct Table {
    counter: Option<CounterRef>,
    checksum: ChecksumTable,
}

fn message(id: u32, size: usize, signals: &[&str]) -> Message {
    let lines: String = signals.iter().map(|signal| format!(" SG_ {signal} (1,0) [0|0] \"\" X\n")).collect();
    let text = format!("BO_ {id} M: {size} X\n{lines}");
    Database::parse("test.dbc", text.as_bytes()).unwrap().message("M").unwrap().clone()
}

fn compile(message: &Message, text: &str) -> Result<Checksum, String> {
    let table: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let words = |fault| match fault {
        Fault::Dbc(error) => error.to_string(),
        Fault::Words(words) => words,
    };
    let counter = table.counter.map(|counter| counter.compile(message, Some(&table.checksum)));
    let counter = counter.transpose().map_err(words)?;
    table.checksum.compile(message, counter.as_ref()).map_err(words)
}

/// A maker's message: its id, its length, its signals as a DBC file has them, and what a profile says.
pub(super) struct Case {
    pub id: u32,
    pub size: usize,
    pub signals: &'static [&'static str],
    pub toml: &'static str,
    /// The same by an independent way: the checksum of these bytes, whose own bits are 0.
    reference: fn(u32, &[u8]) -> u64,
    /// Any two flipped bits are refused as well.
    finds_two: bool,
    /// Bits that nothing protects: byte and mask.
    open: &'static [(usize, u8)],
}

const PLAIN: Case =
    Case { id: 0, size: 8, signals: &[], toml: "", reference: |_, _| 0, finds_two: false, open: &[] };

/// Bit by bit, the highest first.
fn crc(width: u32, polynomial: u64, initial: u64, bytes: impl IntoIterator<Item = u8>) -> u64 {
    let mut register = initial;
    for byte in bytes {
        for bit in (0..8).rev() {
            let out = register >> (width - 1) & 1 ^ u64::from(byte >> bit & 1);
            register = register << 1 & ((1 << width) - 1);
            if out == 1 {
                register ^= polynomial;
            }
        }
    }
    register
}

fn nibbles(id: u32, bytes: &[u8]) -> i64 {
    let of_id: i64 = (0..8).map(|n| i64::from(id >> (4 * n) & 0xF)).sum();
    of_id + bytes.iter().map(|byte| i64::from(byte / 16 + byte % 16)).sum::<i64>()
}

fn bytes(id: u32, bytes: &[u8]) -> u64 {
    let of_id: u64 = id.to_le_bytes().into_iter().map(u64::from).sum();
    of_id + bytes.iter().copied().map(u64::from).sum::<u64>()
}

const VW_IDS: [u8; 16] =
    [0xB2, 0x4F, 0x07, 0x33, 0xE9, 0x10, 0x58, 0xC6, 0x7A, 0x95, 0x2D, 0x81, 0xFE, 0x6B, 0xA4, 0xD0];

pub(super) const MAKERS: &[(&str, Case)] = &[
    (
        "Honda, 11 bits",
        Case {
            id: 0x1D0,
            signals: &["CHECKSUM : 59|4@0+"],
            toml: "checksum = { kind = \"honda\", signal = \"CHECKSUM\" }",
            reference: |id, data| (8 - nibbles(id, data)).rem_euclid(16) as u64,
            ..PLAIN
        },
    ),
    (
        "Honda, 29 bits",
        Case {
            id: 0x8000_0000 | 0x12F8_BFA7,
            size: 5,
            signals: &["CHECKSUM : 35|4@0+"],
            toml: "checksum = { kind = \"honda\", signal = \"CHECKSUM\" }",
            reference: |id, data| (11 - nibbles(id & 0x1FFF_FFFF, data)).rem_euclid(16) as u64,
            ..PLAIN
        },
    ),
    (
        "Toyota",
        Case {
            id: 0x0B4,
            signals: &["CHECKSUM : 63|8@0+"],
            toml: "checksum = { kind = \"sum\", of = \"bytes\", id = true, length = true, signal = \"CHECKSUM\" }",
            reference: |id, data| (bytes(id, data) + 8) % 256,
            ..PLAIN
        },
    ),
    (
        "Hyundai and Kia, wheel speeds of 0x386: how many bits are one",
        Case {
            id: 0x386,
            signals: &["SUM_L : 46|2@1+", "SUM_H : 62|2@1+", "ALIVE_L : 14|2@1+", "ALIVE_H : 30|2@1+"],
            toml: "counter = { signal = [\"ALIVE_H\", \"ALIVE_L\"] }\nchecksum = { kind = \"sum\", of = \"bits\", without = \
                   [\"ALIVE_H\", \"ALIVE_L\"], final_xor = 9, signal = [\"SUM_H\", \"SUM_L\"] }",
            reference: |_, data| {
                let ones: u32 =
                    (0..8).map(|n| (data[n] & if n % 2 == 1 { 0x3F } else { 0xFF }).count_ones()).sum();
                u64::from((ones % 16) ^ 9)
            },
            open: &[(1, 0xC0), (3, 0xC0)],
            ..PLAIN
        },
    ),
    (
        "Hyundai and Kia, nibbles, as 0x260",
        Case {
            id: 0x260,
            signals: &["CHECKSUM : 56|4@1+", "ALIVE : 60|2@1+"],
            toml: "counter = \"ALIVE\"\nchecksum = { kind = \"sum\", of = \"nibbles\", constant = 16, negate = true, signal = \"CHECKSUM\" }",
            reference: |_, data| (16 - nibbles(0, data)).rem_euclid(16) as u64,
            ..PLAIN
        },
    ),
    (
        "Hyundai and Kia on CAN FD, 24 bytes",
        Case {
            id: 0x0A0,
            size: 24,
            signals: &["CHECKSUM : 0|16@1+", "COUNTER : 16|8@1+"],
            toml: "counter = \"COUNTER\"\nchecksum = { kind = \"crc\", width = 16, polynomial = 0x1021, final_xor = 0x819D, \
                   bytes = [2, 23], id = \"after\", signal = \"CHECKSUM\" }",
            reference: |id, data| {
                let id = [id as u8, (id >> 8) as u8];
                crc(16, 0x1021, 0, data[2..].iter().copied().chain(id)) ^ 0x819D
            },
            finds_two: true,
            ..PLAIN
        },
    ),
    (
        "VW MQB",
        Case {
            id: 0x0B2,
            signals: &["CHECKSUM : 0|8@1+", "COUNTER : 8|4@1+"],
            toml: "counter = \"COUNTER\"\nchecksum = { kind = \"crc\", width = 8, polynomial = 0x2F, initial = 0xFF, final_xor = 0xFF, \
                   tail_by_counter = [0xB2, 0x4F, 0x07, 0x33, 0xE9, 0x10, 0x58, 0xC6, 0x7A, 0x95, 0x2D, 0x81, 0xFE, 0x6B, 0xA4, 0xD0], \
                   signal = \"CHECKSUM\" }",
            reference: |_, data| {
                let tail = VW_IDS[usize::from(data[1] & 0xF)];
                crc(8, 0x2F, 0xFF, data[1..].iter().copied().chain([tail])) ^ 0xFF
            },
            ..PLAIN
        },
    ),
    (
        "VW PQ",
        Case {
            id: 0x0C2,
            signals: &["CHECKSUM : 56|8@1+"],
            toml: "checksum = { kind = \"sum\", of = \"xor\", signal = \"CHECKSUM\" }",
            reference: |_, data| data.iter().fold(0, |all, byte| all ^ u64::from(*byte)),
            ..PLAIN
        },
    ),
    (
        "Subaru",
        Case {
            id: 0x13A,
            signals: &["CHECKSUM : 0|8@1+", "COUNTER : 8|4@1+"],
            toml: "counter = \"COUNTER\"\nchecksum = { kind = \"sum\", of = \"bytes\", id = true, signal = \"CHECKSUM\" }",
            reference: |id, data| bytes(id, data) % 256,
            ..PLAIN
        },
    ),
    (
        "Chrysler, and Mitsubishi",
        Case {
            id: 0x236,
            signals: &["CHECKSUM : 63|8@0+"],
            toml: "checksum = { kind = \"crc8-sae-j1850\", signal = \"CHECKSUM\" }",
            reference: |_, data| crc(8, 0x1D, 0xFF, data[..7].iter().copied()) ^ 0xFF,
            finds_two: true,
            ..PLAIN
        },
    ),
    (
        "Alfa Giorgio",
        Case {
            id: 0x0DE,
            signals: &["CHECKSUM : 63|8@0+"],
            toml: "checksum = { kind = \"crc\", width = 8, polynomial = 0x1D, final_xor = 0x10, signal = \"CHECKSUM\" }",
            reference: |_, data| crc(8, 0x1D, 0, data[..7].iter().copied()) ^ 0x10,
            finds_two: true,
            ..PLAIN
        },
    ),
    (
        "Rivian",
        Case {
            id: 0x208,
            signals: &["CHECKSUM : 7|8@0+"],
            toml: "checksum = { kind = \"crc\", width = 8, polynomial = 0x1D, id = \"before\", signal = \"CHECKSUM\" }",
            reference: |id, data| {
                crc(8, 0x1D, 0, [id as u8, (id >> 8) as u8].into_iter().chain(data[1..].iter().copied()))
            },
            finds_two: true,
            ..PLAIN
        },
    ),
    (
        "Tesla",
        Case {
            id: 0x175,
            signals: &["CHECKSUM : 56|8@1+", "COUNTER : 52|4@1+"],
            toml: "checksum = { kind = \"sum\", of = \"bytes\", id = true, signal = \"CHECKSUM\" }",
            reference: |id, data| bytes(id, data) % 256,
            ..PLAIN
        },
    ),
    (
        "Nissan, CRC-8 0x85",
        Case {
            id: 0x1DB,
            signals: &["CHECKSUM : 56|8@1+"],
            toml: "checksum = { kind = \"crc\", width = 8, polynomial = 0x85, signal = \"CHECKSUM\" }",
            reference: |_, data| crc(8, 0x85, 0, data[..7].iter().copied()),
            ..PLAIN
        },
    ),
    (
        "Nissan 370Z",
        Case {
            id: 0x284,
            signals: &["CHECKSUM : 63|8@0+"],
            toml: "checksum = { kind = \"sum\", of = \"bytes\", id = true, signal = \"CHECKSUM\" }",
            reference: |_, data| (0x02 + 0x84 + bytes(0, data)) % 256,
            ..PLAIN
        },
    ),
    (
        "Ford, 0x415",
        Case {
            id: 0x415,
            signals: &["CHECKSUM : 31|8@0+", "COUNTER : 21|4@0+", "QUALITY : 23|2@0+"],
            toml: "counter = \"COUNTER\"\nchecksum = { kind = \"sum\", of = \"bytes\", bytes = [0, 1], plus = [\"QUALITY\", \"COUNTER\"], \
                   constant = 255, negate = true, signal = \"CHECKSUM\" }",
            reference: |_, data| {
                let [a, b, c] = [data[0], data[1], data[2]].map(u64::from);
                (255 + 1024 - a - b - (c >> 6) - (c >> 2 & 0xF)) % 256
            },
            open: &[(2, 0x03), (4, 0xFF), (5, 0xFF), (6, 0xFF), (7, 0xFF)],
            ..PLAIN
        },
    ),
    (
        "AUTOSAR 1",
        Case {
            signals: &["CRC : 0|8@1+", "COUNTER : 8|4@1+"],
            toml: "checksum = { kind = \"autosar-e2e-1\", data_id = 0x123, signal = \"CRC\" }",
            reference: |_, data| crc(8, 0x1D, 0, [0x23, 0x01].into_iter().chain(data[1..].iter().copied())),
            finds_two: true,
            ..PLAIN
        },
    ),
    (
        "AUTOSAR 2",
        Case {
            signals: &["CRC : 0|8@1+", "COUNTER : 8|4@1+"],
            toml: "counter = \"COUNTER\"\nchecksum = { kind = \"autosar-e2e-2\", data_ids = \
                   [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], signal = \"CRC\" }",
            reference: |_, data| {
                crc(8, 0x2F, 0xFF, data[1..].iter().copied().chain([(data[1] & 0xF) + 1])) ^ 0xFF
            },
            ..PLAIN
        },
    ),
    (
        "AUTOSAR 5, 16 bytes, header in the middle",
        Case {
            size: 16,
            signals: &["CRC : 64|16@1+", "COUNTER : 80|8@1+"],
            toml: "checksum = { kind = \"autosar-e2e-5\", data_id = 0x1234, signal = \"CRC\" }",
            reference: |_, data| {
                let rest = data[..8].iter().chain(&data[10..]).copied();
                crc(16, 0x1021, 0xFFFF, rest.chain([0x34, 0x12]))
            },
            finds_two: true,
            ..PLAIN
        },
    ),
];

impl Case {
    pub fn message(&self) -> Message {
        message(self.id, self.size, self.signals)
    }

    pub fn compiled(&self) -> Checksum {
        compile(&self.message(), self.toml).unwrap()
    }
}

proptest! {
    /// What is computed is what the other way gives, holds, and no longer holds when a bit flips.
    #[test]
    fn makers_checksums(data in prop::collection::vec(any::<u8>(), 24)) {
        for (maker, case) in MAKERS {
            let (checksum, id) = (case.compiled(), case.message().id());
            let mut frame = data[..case.size].to_vec();
            checksum.own.set(0, &mut frame).unwrap();
            let expected = (case.reference)(case.id, &frame);
            prop_assert_eq!(checksum.compute(id, &frame), expected, "{}", maker);
            checksum.write(id, &mut frame).unwrap();
            prop_assert_eq!(checksum.own.get(&frame), Some(expected), "{}", maker);
            let bits = case.size * 8;
            let is_open = |bit: usize| case.open.iter().any(|(byte, mask)| bit / 8 == *byte && mask >> (bit % 8) & 1 == 1);
            let flip = |frame: &mut [u8], bit: usize| frame[bit / 8] ^= 1 << (bit % 8);
            for one in (0..bits).filter(|bit| !is_open(*bit)) {
                flip(&mut frame, one);
                prop_assert!(!checksum.holds(id, &frame), "{}, bit {}", maker, one);
                if case.finds_two {
                    for other in one + 1..bits {
                        flip(&mut frame, other);
                        prop_assert!(!checksum.holds(id, &frame), "{}, bits {} and {}", maker, one, other);
                        flip(&mut frame, other);
                    }
                }
                flip(&mut frame, one);
            }
            prop_assert!(checksum.holds(id, &frame), "{}", maker);
        }
    }
}

proptest! {
    /// Whatever a frame has, and however short it is, there is an answer.
    #[test]
    fn any_frame_is_judged(data in prop::collection::vec(any::<u8>(), 0..=64), id in 0..0x2000_0000_u32) {
        for (_, case) in MAKERS {
            let checksum = case.compiled();
            for id in [FrameId::Extended(id), FrameId::Standard((id & 0x7FF) as u16)] {
                let computed = checksum.compute(id, &data);
                prop_assert!(computed >> checksum.bits() == 0);
                prop_assert_eq!(checksum.holds(id, &data), checksum.own.get(&data) == Some(computed));
            }
        }
    }
}
