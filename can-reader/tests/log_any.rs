//! Logs of any kind, packed or not, through one reader and the programs.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::io::{BufReader, Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use can_reader::log::{Entry, Kind, LogReader};
use flate2::Compression;
use flate2::write::GzEncoder;

const CANDUMP: &str = "(0000000012.250000) can0 1D0#00FF\n(0000000012.500000) can1 18FEBF0B#0102\n";

/// The same two frames as each tool writes them, and the kind.
const SAME: [(&str, Kind); 7] = [
    (CANDUMP, Kind::Candump),
    (
        " (0000000012.250000)  can0  1D0   [2]  00 FF\n (0000000012.500000)  can1  18FEBF0B   [2]  01 02\n",
        Kind::Screen,
    ),
    (
        "base hex  timestamps absolute\n  12.250000 1  1D0             Rx   d 2 00 FF\n  12.500000 2  18FEBF0Bx       Rx   d 2 01 02\n",
        Kind::Asc,
    ),
    (
        ";$FILEVERSION=2.1\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n  1 12250.000 DT 1 01D0 Rx - 2 00 FF\n  2 12500.000 DT 2 18FEBF0B Rx - 2 01 02\n",
        Kind::Trc,
    ),
    (
        "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2\n12250000,000001D0,false,Rx,0,2,00,FF\n12500000,18FEBF0B,true,Rx,1,2,01,02\n",
        Kind::Gvret,
    ),
    (
        "timestamp,arbitration_id,extended,remote,error,dlc,data\n12.25,0x1d0,0,0,0,2,AP8=\n12.5,0x18febf0b,1,0,0,2,AQI=\n",
        Kind::PythonCan,
    ),
    ("time,addr,bus,data\n12.25,0x1d0,0,0x00ff\n12.5,0x18febf0b,1,0x0102\n", Kind::Cabana),
];

fn read<R: std::io::BufRead>(reader: &mut LogReader<R>) -> String {
    let mut lines = String::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        match entry {
            Entry::Frame(frame) => lines += &format!("{frame}\n"),
            Entry::Damaged(line) => panic!("{line}"),
        }
    }
    lines
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A frame of one raw block, without a checksum: RFC 8878, 3.1.1.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0xA0];
    frame.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    frame.extend(&(u32::try_from(bytes.len()).unwrap() << 3 | 1).to_le_bytes()[..3]);
    frame.extend(bytes);
    frame
}

/// The same two frames as Vector's BLF has them, each in a container of its own, packed or not.
fn blf(packed: bool) -> Vec<u8> {
    let object = |head: &[u8], kind: u32, data: &[u8]| {
        let head_bytes = u16::try_from(16 + head.len()).unwrap();
        let bytes = u32::from(head_bytes) + u32::try_from(data.len()).unwrap();
        [
            b"LOBJ",
            &head_bytes.to_le_bytes()[..],
            &[1, 0],
            &bytes.to_le_bytes(),
            &kind.to_le_bytes(),
            head,
            data,
        ]
        .concat()
    };
    let container = |content: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        let data = if packed { encoder.finish().unwrap() } else { content.to_vec() };
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let head = [&[if packed { 2 } else { 0 }, 0, 0, 0, 0, 0, 0, 0][..], &size, &[0; 4]].concat();
        let mut whole = object(&[], 10, &[head, data].concat());
        whole.resize(whole.len() + whole.len() % 4, 0);
        whole
    };
    // Stamps of 1 ns; channels count from 1.
    let message = |channel: u8, ns: u64, id: u32, data: [u8; 2]| {
        let head = [&2_u32.to_le_bytes()[..], &[0; 4], &ns.to_le_bytes()].concat();
        let bytes = [data[0], data[1], 0, 0, 0, 0, 0, 0];
        object(&head, 1, &[&[channel, 0, 0, 2][..], &id.to_le_bytes(), &bytes].concat())
    };
    // A measurement that began in 1970 has stamps of its own: no date.
    let head = [&b"LOGG"[..], &144_u32.to_le_bytes(), &[0; 136]].concat();
    let first = message(1, 12_250_000_000, 0x1D0, [0x00, 0xFF]);
    let second = message(2, 12_500_000_000, 0x98FE_BF0B, [0x01, 0x02]);
    // The second begins in the one container and ends in the other.
    let (of_both, rest) = second.split_at(20);
    [head, container(&[&first, of_both].concat()), container(rest)].concat()
}

#[test]
fn blf_is_read_packed_and_not_and_objects_may_lie_in_two_containers() {
    for bytes in [blf(true), blf(false), gzip(&blf(true))] {
        let mut reader = LogReader::new(BufReader::with_capacity(7, Cursor::new(&bytes)));
        for _ in 0..2 {
            assert_eq!(read(&mut reader), CANDUMP);
            assert_eq!(reader.kind(), Some(Kind::Blf));
            reader.rewind().unwrap();
        }
    }
}

#[test]
fn damaged_objects_are_counted_and_what_follows_is_read() {
    let mut bytes = blf(false);
    let at = bytes.windows(4).rposition(|window| window == b"LOBJ").unwrap();
    bytes.splice(at..at, *b"torn away, by whatever");
    let mut reader = LogReader::new(Cursor::new(&bytes));
    let (mut frames, mut damaged) = (0, Vec::new());
    while let Some(entry) = reader.next_entry().unwrap() {
        match entry {
            Entry::Frame(_) => frames += 1,
            Entry::Damaged(line) => damaged.push(line.to_string()),
        }
    }
    assert_eq!((frames, damaged), (2, vec!["object 2: no object where one should begin".to_owned()]));
}

proptest::proptest! {
    /// Whatever is in a file, a reader ends, and it never reads more than there is.
    #[test]
    fn no_damage_makes_a_reader_fail(
        which in 0..SAME.len() + 4,
        changes in proptest::collection::vec((0_usize..4000, proptest::num::u8::ANY), 0..12),
        cut in 0_usize..4000,
    ) {
        let mut bytes = match which.checked_sub(SAME.len()) {
            None => SAME[which].0.as_bytes().to_vec(),
            Some(0) => blf(true),
            Some(1) => blf(false),
            Some(2) => gzip(CANDUMP.as_bytes()),
            Some(_) => zstd(CANDUMP.as_bytes()),
        };
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(cut.max(1));
        let mut reader = LogReader::new(Cursor::new(&bytes));
        let mut entries = 0;
        while let Ok(Some(_)) = reader.next_entry() {
            entries += 1;
        }
        proptest::prop_assert!(entries <= bytes.len(), "{} entries of {} bytes", entries, bytes.len());
        proptest::prop_assert!(reader.bytes() <= bytes.len() as u64);
    }
}

#[test]
fn each_kind_is_known_by_its_content_packed_and_not() {
    for (text, kind) in SAME {
        // python-can's table has no channel.
        let expected =
            if kind == Kind::PythonCan { CANDUMP.replace("can1", "can0") } else { CANDUMP.to_owned() };
        let (first, second) = text.split_at(text.find('\n').unwrap() + 1);
        for bytes in [
            text.as_bytes().to_vec(),
            gzip(text.as_bytes()),
            zstd(text.as_bytes()),
            // As after `cat`.
            [gzip(first.as_bytes()), gzip(second.as_bytes())].concat(),
            [zstd(first.as_bytes()), zstd(second.as_bytes())].concat(),
        ] {
            let mut reader = LogReader::new(BufReader::with_capacity(7, Cursor::new(&bytes)));
            for _ in 0..2 {
                assert_eq!(read(&mut reader), expected, "{kind}");
                assert_eq!(reader.kind(), Some(kind));
                assert_eq!(reader.bytes(), bytes.len() as u64, "{kind}");
                reader.rewind().unwrap();
            }
        }
    }
}

#[test]
fn a_packed_log_that_is_cut_off_gives_what_it_has_and_an_error() {
    let lines: String = (0..5000).map(|n| format!("(0000000012.{n:06}) can0 1D0#{n:04X}\n")).collect();
    let mut packed = gzip(lines.as_bytes());
    packed.truncate(packed.len() / 2);
    let mut reader = LogReader::new(Cursor::new(packed));
    let mut frames = 0;
    let error = loop {
        match reader.next_entry() {
            Ok(Some(Entry::Frame(_))) => frames += 1,
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
    };
    assert!(frames > 100, "{frames}");
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
}

fn convert(folder: &Path, arguments: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_can-reader"))
        .current_dir(folder)
        .arg("convert")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may refuse before it reads.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn convert_writes_what_candump_would_have() {
    let folder = tempfile::tempdir().unwrap();
    for (number, (text, kind)) in SAME.into_iter().enumerate() {
        let (code, out, err) = convert(folder.path(), &["-"], &gzip(text.as_bytes()));
        assert_eq!((code, out.lines().count()), (Some(0), 2), "{kind}: {err}");
        assert_eq!(err.contains(&format!("standard input: read as {kind}")), kind != Kind::Candump, "{err}");
        fs::write(folder.path().join("in"), text).unwrap();
        let to = format!("out-{number}.log");
        assert_eq!(convert(folder.path(), &["in", &to], b"").0, Some(0));
        assert_eq!(fs::read_to_string(folder.path().join(&to)).unwrap(), out);
        // What is there stays.
        let (code, _, err) = convert(folder.path(), &["in", &to], b"");
        assert_eq!(code, Some(1));
        assert!(err.contains("name a file that does not exist"), "{err}");
    }
}

#[test]
fn convert_to_share_leaves_out_who_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let log = "(1.0) can0 1D0#0011\n(1.1) can0 7E8#0641000000000000\n(1.2) can0 405#0131484743 4D38\n\
               (1.2) can0 405#0131484743384D32\n(1.3) can0 405#0300000035363700\n(1.4) can0 18FEF31C#0011223344556677\n\
               (1.5) can0 18FEBF0B#0102\n";
    fs::write(folder.path().join("drive.log"), log).unwrap();
    let (code, out, err) = convert(folder.path(), &["--share", "drive.log"], b"");
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(out, "(0000000001.000000) can0 1D0#0011\n(0000000001.500000) can0 18FEBF0B#0102\n");
    for words in [
        "left out: 7E8, diagnostic messages (ISO 15765): 1 frames",
        // The last part too, which looks like nothing by itself.
        "left out: 405, a vehicle identification number: 2 frames",
        "left out: 18FEF31C, a position: 1 frames",
        "damaged lines passed over: 1",
        "look at it before you post it",
    ] {
        assert!(err.contains(words), "{words}\n{err}");
    }
    let (code, _, err) = convert(folder.path(), &["--share", "-"], log.as_bytes());
    assert_eq!(code, Some(1));
    assert!(err.contains("--share reads the log twice"), "{err}");
}

#[test]
fn what_is_no_log_is_named_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    for (bytes, words, lines) in [
        (&b"\xFF\xFE(\x001\x00\n\x00"[..], "it is text in UTF-16", 2),
        (b"SQLite format 3\0\n", "it is a file of the kind SQLite, which is not read", 1),
        (b"\xA1\xB2\xC3\xD4\x00", "it is a file of the kind pcap", 1),
        (b"time;speed;rpm\n1;2;3\n", "it is a table with a head that is not known", 2),
        (b"<!DOCTYPE html>\n", "it is a web page, not a log", 1),
    ] {
        let (code, out, err) = convert(folder.path(), &["-"], bytes);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
        assert!(err.contains(words), "{words}\n{err}");
        assert!(err.contains(&format!("no frame in the whole log, and {lines} damaged lines")), "{err}");
    }
}
