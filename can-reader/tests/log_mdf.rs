//! MDF 4: files of asammdf, and by hand those that loggers write and asammdf does not.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::{BufReader, Cursor};
use std::path::{Path, PathBuf};

use can_reader::log::{Entry, Kind, LineError, LogReader};
use proptest::prelude::*;

const START_US: u64 = 1_700_000_000_000_000;

/// A file, block after block.
struct Mdf(Vec<u8>);

impl Mdf {
    fn new(closed: bool) -> Self {
        let mut bytes = vec![0; 64 + 24 + 48 + 32];
        bytes[..8].copy_from_slice(if closed { b"MDF     " } else { b"UnFinMF " });
        bytes[8..16].copy_from_slice(b"4.11    ");
        bytes[28..30].copy_from_slice(&411_u16.to_le_bytes());
        // The length of the last data block is not known.
        bytes[60] = if closed { 0 } else { 4 };
        Self(bytes)
    }

    fn block(&mut self, kind: &[u8; 4], links: &[u64], data: &[u8]) -> u64 {
        self.0.resize(self.0.len().next_multiple_of(8), 0);
        let at = self.0.len() as u64;
        self.0.extend(kind);
        self.0.extend([0; 4]);
        self.0.extend((24 + 8 * links.len() as u64 + data.len() as u64).to_le_bytes());
        self.0.extend((links.len() as u64).to_le_bytes());
        links.iter().for_each(|link| self.0.extend(link.to_le_bytes()));
        self.0.extend(data);
        at
    }

    fn text(&mut self, text: &str) -> u64 {
        self.block(b"##TX", &[], &[text.as_bytes(), &[0]].concat())
    }

    /// The head, which has to be at a certain place.
    fn finish(mut self, first_group: u64) -> Vec<u8> {
        let head = &mut self.0[64..];
        head[..4].copy_from_slice(b"##HD");
        head[8..16].copy_from_slice(&104_u64.to_le_bytes());
        head[16..24].copy_from_slice(&6_u64.to_le_bytes());
        head[24..32].copy_from_slice(&first_group.to_le_bytes());
        head[72..80].copy_from_slice(&(START_US * 1000).to_le_bytes());
        self.0
    }

    /// A channel: kind (0 fixed, 1 of any length, 2 master), type, byte, bits, what its data link is, and the next one.
    fn channel(
        &mut self,
        name: &str,
        shape: (u8, u8, u32, u32),
        data: u64,
        conversion: u64,
        next: u64,
    ) -> u64 {
        let (kind, data_type, byte, bits) = shape;
        let name = self.text(name);
        let mut body = vec![kind, 0, data_type, 0];
        [byte, bits, 0, 0].iter().for_each(|number| body.extend(number.to_le_bytes()));
        body.extend([0; 56]);
        self.block(b"##CN", &[next, 0, name, 0, conversion, data, 0, 0], &body)
    }

    /// Time in units of 1 us (8 bytes), id (4), flags (bit 0 IDE), bus, length, offset of the bytes (8).
    fn channels(&mut self, bytes: u64) -> u64 {
        let mut linear = vec![1, 0, 0, 0, 0, 0, 2, 0];
        [0.0, 0.0, 0.0, 1e-6_f64].iter().for_each(|number| linear.extend(number.to_le_bytes()));
        let linear = self.block(b"##CC", &[0; 4], &linear);
        let mut next = self.channel("CAN_DataFrame.DataBytes", (1, 10, 15, 64), bytes, 0, 0);
        for (name, byte, bits) in
            [("DataLength", 14, 8), ("BusChannel", 13, 8), ("IDE", 12, 1), ("ID", 8, 32)]
        {
            next = self.channel(&format!("CAN_DataFrame.{name}"), (0, 0, byte, bits), 0, 0, next);
        }
        self.channel("Timestamp", (2, 0, 0, 64), 0, linear, next)
    }

    fn group(&mut self, next: u64, channels: u64, id: u64, flags: u16, bytes: u32) -> u64 {
        let mut body = id.to_le_bytes().to_vec();
        body.extend(2_u64.to_le_bytes());
        body.extend(flags.to_le_bytes());
        body.extend([0; 6]);
        body.extend(bytes.to_le_bytes());
        body.extend([0; 4]);
        self.block(b"##CG", &[next, channels, 0, 0, 0, 0], &body)
    }

    fn data_group(&mut self, groups: u64, data: u64, id_bytes: u8) -> u64 {
        self.block(b"##DG", &[0, groups, data, 0], &[id_bytes, 0, 0, 0, 0, 0, 0, 0])
    }
}

fn record(us: u64, id: u32, extended: bool, bus: u8, length: u8, offset: u64) -> Vec<u8> {
    let flags = [u8::from(extended), bus, length];
    [&us.to_le_bytes()[..], &id.to_le_bytes(), &flags, &offset.to_le_bytes()].concat()
}

const FRAMES: &str = "(1700000000.250000) can0 1D0#00FF\n(1700000000.500000) can1 18FEBF0B#010203\n";

/// As CANedge writes: records of frames and of their bytes in turn, each with its number in front.
fn unsorted(closed: bool, bytes_first: bool) -> Vec<u8> {
    let mut file = Mdf::new(closed);
    let bytes = file.group(0, 0, 2, 1, 0);
    let channels = file.channels(bytes);
    let frames = file.group(bytes, channels, 1, 6, 23);
    let mut data = Vec::new();
    let records = [
        (record(250_000, 0x1D0, false, 1, 2, 0), &[0x00, 0xFF][..]),
        (record(500_000, 0x18FE_BF0B, true, 2, 3, 6), &[1, 2, 3]),
    ];
    for (record, bytes) in records {
        let bytes = [&[2][..], &u32::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat();
        let record = [&[1][..], &record].concat();
        data.extend(if bytes_first { [bytes, record] } else { [record, bytes] }.concat());
    }
    // The data is the last block, as in a file that was not closed.
    let group = file.data_group(frames, 0, 1);
    let at = file.block(b"##DT", &[], &data);
    let link = group as usize + 24 + 16;
    file.0[link..link + 8].copy_from_slice(&at.to_le_bytes());
    if !closed {
        file.0[at as usize + 8..at as usize + 16].copy_from_slice(&24_u64.to_le_bytes());
    }
    file.finish(group)
}

/// Records of one kind alone, the bytes of frames in a block of their own.
fn sorted() -> Vec<u8> {
    let mut file = Mdf::new(true);
    let bytes = file.block(b"##SD", &[], &[2, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 1, 2, 3]);
    let channels = file.channels(bytes);
    let frames = file.group(0, channels, 0, 6, 23);
    let records =
        [record(250_000, 0x1D0, false, 1, 2, 0), record(500_000, 0x18FE_BF0B, true, 2, 3, 6)].concat();
    let data = file.block(b"##DT", &[], &records);
    let group = file.data_group(frames, data, 0);
    file.finish(group)
}

/// What is read: the frames, and what is wrong with the rest.
fn read(bytes: &[u8]) -> (String, Vec<LineError>) {
    let mut reader = LogReader::new(Cursor::new(bytes));
    let (mut lines, mut damaged) = (String::new(), Vec::new());
    while let Some(entry) = reader.next_entry().unwrap() {
        match entry {
            Entry::Frame(frame) => lines += &format!("{frame}\n"),
            Entry::Damaged(line) => damaged.push(line.reason),
        }
    }
    assert_eq!(reader.damaged(), damaged.len() as u64);
    (lines, damaged)
}

fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mdf").join(name)
}

/// Microseconds and the rest of a line.
fn parts(line: &str) -> (u64, &str) {
    let (stamp, rest) = line.split_once(' ').unwrap();
    (stamp.trim_matches(['(', ')']).replace('.', "").parse().unwrap(), rest)
}

#[test]
fn files_of_asammdf_are_read_as_python_can_does() {
    let expected = std::fs::read_to_string(stored("expected.log")).unwrap();
    for name in ["plain", "packed", "transposed", "split"] {
        let file = std::fs::File::open(stored(&format!("{name}.mf4"))).unwrap();
        let mut reader = LogReader::of_file(file);
        let mut lines = expected.lines();
        while let Some(entry) = reader.next_entry().unwrap() {
            let Entry::Frame(frame) = entry else { panic!("{name}: {entry:?}") };
            let (frame, line) = (frame.to_string(), lines.next().expect("no more frames"));
            // python-can adds times as floats.
            let ((read_us, read), (expected_us, expected)) = (parts(&frame), parts(line));
            assert_eq!(read, expected, "{name}");
            assert!(read_us.abs_diff(expected_us) <= 1, "{name}: {frame} {line}");
        }
        assert_eq!(lines.next(), None, "{name}");
        assert_eq!(reader.kind(), Some(Kind::Mdf));
        // And once more from the start.
        reader.rewind().unwrap();
        assert!(matches!(reader.next_entry().unwrap(), Some(Entry::Frame(_))), "{name}");
    }
}

#[test]
fn bytes_of_frames_may_be_elsewhere() {
    for (what, bytes) in
        [("unsorted", unsorted(true, false)), ("bytes first", unsorted(true, true)), ("sorted", sorted())]
    {
        assert_eq!(read(&bytes), (FRAMES.to_owned(), vec![]), "{what}");
    }
}

#[test]
fn a_logger_that_lost_power_has_logged_until_then() {
    let whole = unsorted(false, false);
    assert_eq!(read(&whole), (FRAMES.to_owned(), vec![]));
    // Within the last record: the first frame is there, the other waits for bytes that never come.
    let first = FRAMES.lines().next().unwrap().to_owned() + "\n";
    assert_eq!(read(&whole[..whole.len() - 2]), (first, vec![LineError::ObjectCut]));
}

#[test]
fn after_a_record_of_no_group_nobody_knows_where_the_next_begins() {
    let mut bytes = unsorted(true, false);
    // The second frame's record, and its three bytes.
    let second = bytes.len() - (1 + 23 + 1 + 4 + 3);
    assert_eq!(bytes[second], 1);
    bytes[second] = 9;
    let first = FRAMES.lines().next().unwrap().to_owned() + "\n";
    assert_eq!(read(&bytes), (first, vec![LineError::Type]));
}

#[test]
fn what_has_no_frames_says_so() {
    let mut file = Mdf::new(true);
    let speed = file.channel("Speed", (0, 4, 8, 64), 0, 0, 0);
    let time = file.channel("Timestamp", (2, 4, 0, 64), 0, 0, speed);
    let group = file.group(0, time, 0, 0, 16);
    let data = file.block(b"##DT", &[], &[0; 32]);
    let group = file.data_group(group, data, 0);
    assert_eq!(read(&file.finish(group)), (String::new(), vec![LineError::NoBus]));

    let mut old = unsorted(true, false);
    old[28..30].copy_from_slice(&330_u16.to_le_bytes());
    assert_eq!(read(&old), (String::new(), vec![LineError::OldMdf]));
    assert_eq!(read(&unsorted(true, false)[..40]).1, [LineError::ObjectCut]);
}

#[test]
fn a_file_is_read_where_it_is_and_a_pipe_is_copied() {
    use std::io::{Seek, Write};
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&sorted()).unwrap();
    file.rewind().unwrap();
    let mut of_file = LogReader::of_file(file.try_clone().unwrap());
    let frame = |entry: Option<Entry<'_>>| match entry {
        Some(Entry::Frame(frame)) => frame.to_string(),
        other => panic!("{other:?}"),
    };
    let first = frame(of_file.next_entry().unwrap());
    file.rewind().unwrap();
    let mut piped = LogReader::new(BufReader::with_capacity(64, file));
    assert_eq!(frame(piped.next_entry().unwrap()), first);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Links that lead anywhere, lengths of anything: it ends, and never with a panic.
    #[test]
    fn whatever_is_changed_it_ends(
        which in 0..4_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = match which {
            0 => unsorted(true, false),
            1 => unsorted(false, true),
            2 => sorted(),
            _ => std::fs::read(stored("packed.mf4")).unwrap(),
        };
        for (place, byte) in changes {
            let place = 24 + place.index(bytes.len() - 24);
            bytes[place] = byte;
        }
        if is_cut {
            bytes.truncate(24 + cut.index(bytes.len() - 24));
        }
        read(&bytes);
    }
}
