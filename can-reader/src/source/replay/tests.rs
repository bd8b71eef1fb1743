//! What a replay says, and when: log time rules at any rate.

use std::io::Write;
use std::time::Duration;

use tempfile::NamedTempFile;

use super::super::pace::by_hand::{Instant, advance, at_once, in_time};
use super::{Replay, ReplayOptions};
use crate::frame::SourceTime;
use crate::source::{Event, FrameSource, Rate};

const STALE_AFTER: Duration = Duration::from_millis(500);

fn log(lines: &[&str]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    writeln!(file, "{}", lines.join("\n")).unwrap();
    file
}

fn replay(file: &NamedTempFile, rate: Rate, repeat: bool) -> Replay {
    Replay::open(file.path(), ReplayOptions { rate, repeat, progress: false }).unwrap()
}

/// An event, the source's clock at it, and the real time since the start, both in milliseconds.
type Seen = (String, u128, u128);

fn describe(event: &Event) -> String {
    match event {
        Event::Frame(frame) => format!("{}#{:?}", frame.id, frame.payload),
        Event::ErrorFrame(what) => format!("error: {what}"),
        Event::Damaged(what) | Event::Broken(what) => what.split_once(": ").unwrap().1.to_owned(),
        Event::Deadline => "deadline".to_owned(),
        Event::End => "end".to_owned(),
        other => panic!("a replay never says {other:?}"),
    }
}

/// Runs as the service does: after a frame the deadline is `STALE_AFTER` later, after a deadline none. Fewer than `count` where
/// no more comes.
fn watch(source: &mut Replay, count: usize) -> Vec<Seen> {
    let start = Instant::now();
    let mut deadline = None;
    let mut seen = Vec::new();
    while seen.len() < count {
        let Some(event) = in_time(source.next(deadline)) else { break };
        let now = source.now();
        match &event {
            Event::Frame(frame) => {
                assert_eq!(frame.stamp.at, now);
                deadline = Some(now + STALE_AFTER);
            }
            Event::Deadline => deadline = None,
            _ => {}
        }
        seen.push((describe(&event), now.as_millis(), start.elapsed().as_millis()));
    }
    seen
}

fn without_real_time(seen: &[Seen]) -> Vec<(&str, u128)> {
    seen.iter().map(|(what, at, _)| (what.as_str(), *at)).collect()
}

const GAP: &[&str] = &[
    "(1000.000000) can0 1D0#01",
    "(1000.020000) can0 1D0#02",
    "damaged",
    "(1000.520000) can0 1D0#03", // exactly at the deadline: in time
    "(1001.020001) can0 1D0#04", // one microsecond late
    "(1001.030000) can0 20000040#0000000000000000",
    "(1001.040000) can0 1D0#R",
];

#[test]
fn the_same_events_at_the_same_log_time_at_any_rate() {
    let file = log(GAP);
    let expected = [
        ("1D0#01", 0),
        ("1D0#02", 20),
        ("line 3: no time stamp of the form (1674148739.212264) at its start: `damaged`", 20),
        ("1D0#03", 520),
        ("deadline", 1020),
        ("1D0#04", 1020),
        ("error: bus-off", 1030),
        ("1D0#", 1040),
        ("end", 1040),
        ("deadline", 1540),
    ];
    for rate in [Rate::Times(1.0), Rate::Times(10.0), Rate::Times(0.5), Rate::Max] {
        let seen = watch(&mut replay(&file, rate, false), 99);
        assert_eq!(without_real_time(&seen), expected, "rate {rate}");
    }
}

#[test]
fn real_time_follows_the_rate_and_at_max_only_after_the_end() {
    let file = log(GAP);
    let real = |rate| -> Vec<u128> {
        watch(&mut replay(&file, rate, false), 99).iter().map(|(_, _, real)| *real).collect()
    };
    assert_eq!(real(Rate::Times(1.0)), [0, 20, 20, 520, 1020, 1020, 1030, 1040, 1040, 1540]);
    assert_eq!(real(Rate::Times(10.0)), [0, 2, 2, 52, 102, 102, 103, 104, 104, 154]);
    assert_eq!(real(Rate::Times(0.5)), [0, 40, 40, 1040, 2040, 2040, 2060, 2080, 2080, 3080]);
    assert_eq!(real(Rate::Max), [0, 0, 0, 0, 0, 0, 0, 0, 0, 500]);
}

#[test]
fn a_loop_is_two_seconds_of_silence_and_no_end() {
    let file = log(&["(1000.0) can0 1D0#01", "(1000.1) can0 1D0#02"]);
    for (rate, lap_ms) in [(Rate::Times(1.0), 2100), (Rate::Max, 2000), (Rate::Times(10.0), 210)] {
        let seen = watch(&mut replay(&file, rate, true), 7);
        let expected = [
            ("1D0#01", 0),
            ("1D0#02", 100),
            ("deadline", 600),
            ("1D0#01", 2100),
            ("1D0#02", 2200),
            ("deadline", 2700),
            ("1D0#01", 4200),
        ];
        assert_eq!(without_real_time(&seen), expected, "rate {rate}");
        assert_eq!(seen[6].2, 2 * lap_ms, "rate {rate}");
    }
}

#[test]
fn a_log_without_a_frame_says_so_and_ends_even_in_a_loop() {
    let file = log(&["# nothing", "", "junk"]);
    for repeat in [false, true] {
        let seen = watch(&mut replay(&file, Rate::Max, repeat), 99);
        let expected = [
            ("line 3: no time stamp of the form (1674148739.212264) at its start: `junk`", 0),
            ("no frame in the whole log; record with `candump -L can0 > drive.log`, for example", 0),
            ("end", 0),
        ];
        assert_eq!(without_real_time(&seen), expected);
    }
}

#[test]
fn a_log_that_shrinks_between_laps_ends() {
    let file = log(&["(1000.0) can0 1D0#01"]);
    let mut source = replay(&file, Rate::Max, true);
    assert_eq!(watch(&mut source, 1)[0].0, "1D0#01");
    file.as_file().set_len(0).unwrap();
    let seen = watch(&mut source, 99);
    assert_eq!(without_real_time(&seen).last().unwrap(), &("end", 2000));
}

#[test]
fn leaps_of_the_stamps_are_bounded_and_named() {
    let file = log(&[
        "(0000001000.000000) can0 1D0#01",
        "(0000001000.100000) can0 1D0#02",
        "(0000001000.050000) can0 1D0#03",
        "(0000001000.200000) can0 1D0#04",
        "(0000000500.000000) can0 1D0#05",
        "(0000000500.100000) can0 1D0#06",
        "(1674148739.000000) can0 1D0#07",
        "(1674148739.100000) can0 1D0#08",
    ]);
    let seen = watch(&mut replay(&file, Rate::Max, false), 99);
    let set = "the clock was set while the log was written";
    let expected = [
        ("1D0#01", 0),
        ("1D0#02", 100),
        ("line 3: time stamp 0.050000 s before an earlier line's; taken as of the same time", 100),
        ("1D0#03", 100),
        ("1D0#04", 200),
        (&format!("line 5: time stamps go back by 500.200000 s: {set}; taken as of the same time"), 200),
        ("1D0#05", 200),
        ("1D0#06", 300),
        (&format!("line 7: time stamps leap by 1674148238.900000 s: {set}; taken as 60 s"), 300),
        ("deadline", 800),
        ("1D0#07", 60_300),
        ("1D0#08", 60_400),
        ("end", 60_400),
        ("deadline", 60_900),
    ];
    assert_eq!(without_real_time(&seen), expected);
}

#[test]
fn the_frames_keep_the_stamps_of_the_log() {
    let file = log(&["(1674148739.212264) can0 1D0#01", "(1674148739.212999) can0 1D0#02"]);
    let mut source = replay(&file, Rate::Max, true);
    let mut stamps = Vec::new();
    while stamps.len() < 3 {
        if let Some(Event::Frame(frame)) = in_time(source.next(None)) {
            stamps.push((frame.stamp.wall_us, frame.stamp.at));
        }
    }
    let at = SourceTime::from_micros;
    assert_eq!(
        stamps,
        [
            (1_674_148_739_212_264, at(0)),
            (1_674_148_739_212_999, at(735)),
            (1_674_148_739_212_264, at(2_000_735)),
        ]
    );
    assert_eq!(source.name(), format!("replay:{}", file.path().display()));
}

#[test]
fn a_cancelled_wait_loses_nothing() {
    let lines: Vec<_> = (0..50).map(|n| format!("(1000.{:03}000) can0 1D0#{n:02}", n * 10)).collect();
    let file = log(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let mut source = replay(&file, Rate::Times(1.0), false);
    let mut frames = 0;
    let mut cancelled = 0;
    while frames < 50 {
        let Some(event) = at_once(source.next(Some(SourceTime::from_secs(100)))) else {
            advance(Duration::from_millis(3));
            cancelled += 1;
            continue;
        };
        assert_eq!(describe(&event), format!("1D0#{frames:02}"));
        assert_eq!(source.now().as_millis(), frames * 10);
        frames += 1;
    }
    assert!(cancelled > 100, "{cancelled}");
}
