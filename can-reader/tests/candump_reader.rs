//! Whole logs: damaged lines counted and named, memory that does not grow.

#![allow(clippy::unwrap_used)] // helpers of tests: to panic is to fail

use std::io::{self, BufReader, Read};

use can_reader::log::{DamagedLine, Entry, LineError, LogReader, MAX_LINE_BYTES};

fn read_all(log: &[u8], buffer: usize) -> (Vec<String>, Vec<DamagedLine>) {
    let mut reader = LogReader::new(BufReader::with_capacity(buffer, log));
    let (mut frames, mut damaged) = (vec![], vec![]);
    while let Some(entry) = reader.next_entry().unwrap() {
        match entry {
            Entry::Frame(frame) => frames.push(frame.to_string()),
            Entry::Damaged(line) => damaged.push(line),
        }
    }
    assert_eq!(reader.bytes(), log.len() as u64);
    assert_eq!(reader.damaged(), damaged.len() as u64);
    (frames, damaged)
}

#[test]
fn damaged_lines_are_named_and_the_others_read() {
    let log = b"\xEF\xBB\xBF# recorded on Monday\n\
        (0000000001.000000) can0 112#FF0015\r\n\
        \n\
        (0000000001.100000) can0 112#FF001\n\
        \xFF\xFE\x00garbage\n\
        (0000000001.200000) can0 112#FF0016 R\n\
        (0000000001.300000) can0 112#FF00";
    for buffer in [1, 7, 8192] {
        let (frames, damaged) = read_all(log, buffer);
        assert_eq!(
            frames,
            [
                "(0000000001.000000) can0 112#FF0015",
                "(0000000001.200000) can0 112#FF0016",
                "(0000000001.300000) can0 112#FF00",
            ]
        );
        assert_eq!(
            damaged.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "line 4: odd number of hexadecimal digits: `(0000000001.100000) can0 112#FF001`",
                r"line 5: no time stamp of the form (1674148739.212264) at its start: `\xff\xfe\x00garbage`",
            ]
        );
    }
}

#[test]
fn a_line_just_within_the_limit_is_read() {
    let frame = "(0000000001.000000) can0 112#FF";
    for (pad, ok) in [(MAX_LINE_BYTES - frame.len(), true), (MAX_LINE_BYTES - frame.len() + 1, false)] {
        let log = format!("{frame}{}\n{frame}\n", " ".repeat(pad));
        let (frames, damaged) = read_all(log.as_bytes(), 100);
        assert_eq!(frames.len(), if ok { 2 } else { 1 });
        assert_eq!(damaged.len(), if ok { 0 } else { 1 });
    }
}

#[test]
fn an_empty_log_ends_at_once() {
    assert_eq!(read_all(b"", 64), (vec![], vec![]));
    assert_eq!(read_all(b"\n\n# only a comment", 64), (vec![], vec![]));
}

/// Gives `pattern` again and again until `left` bytes have gone, and never holds more than that.
struct Repeat<'a> {
    pattern: &'a [u8],
    at: usize,
    left: u64,
}

impl Read for Repeat<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.pattern[self.at..];
        let n = rest.len().min(buffer.len()).min(usize::try_from(self.left).unwrap_or(usize::MAX));
        buffer[..n].copy_from_slice(&rest[..n]);
        self.at = (self.at + n) % self.pattern.len();
        self.left -= n as u64;
        Ok(n)
    }
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

/// 46 MB of lines and one line of 400 MB: neither may stay in memory. The bound leaves room for the other
/// tests of this program, which run beside it.
#[test]
fn memory_stays_flat_on_long_logs_and_endless_lines() {
    const BOUND: u64 = 8 << 20;
    let line = b"(1674148739.212264) can0 1D0#0011223344556677\n";
    let before = resident_bytes();

    let lines = line.repeat(1000);
    let left = line.len() as u64 * 1_000_000;
    let mut reader =
        LogReader::new(BufReader::with_capacity(1 << 16, Repeat { pattern: &lines, at: 0, left }));
    let mut frames = 0;
    while let Some(entry) = reader.next_entry().unwrap() {
        assert!(matches!(entry, Entry::Frame(_)));
        frames += 1;
    }
    assert_eq!((frames, reader.damaged(), reader.line_number()), (1_000_000, 0, 1_000_000));
    assert!(resident_bytes() < before + BOUND, "grew from {before} to {}", resident_bytes());

    let zeros = vec![b'0'; 1 << 16];
    let endless = Repeat { pattern: &zeros, at: 0, left: 400_000_000 };
    let tail = &b"\n(0000000001.000000) can0 112#FF\n"[..];
    let mut reader = LogReader::new(BufReader::with_capacity(1 << 16, endless.chain(tail)));
    let Some(Entry::Damaged(damaged)) = reader.next_entry().unwrap() else { panic!("not damaged") };
    assert_eq!((damaged.line, damaged.reason), (1, LineError::LineTooLong));
    assert!(damaged.text.len() < 100);
    assert!(matches!(reader.next_entry().unwrap(), Some(Entry::Frame(_))));
    assert!(reader.next_entry().unwrap().is_none());
    assert!(resident_bytes() < before + BOUND, "grew from {before} to {}", resident_bytes());
}
