//! `[signals]` of built-in profiles held against opendbc: its files write frames whose other bits are random, and each signal has to
//! be read at its place, with its meaning, and not at all where it has none.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;

use can_reader::signals::{Type, Value};
use can_reader::vehicle::Decoded;
use can_reader::{Frame, FrameId, FrameKind, Payload, Stamp, Vehicle};

/// The folder that build.rs found, and the interpreter.
const OPENDBC: &str = env!("OPENDBC");
const PYTHON: &str = env!("CANTOOLS_PYTHON");
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/opendbc/signals.txt");

/// Profiles whose signals are proven elsewhere: `captures_signals.rs`, `simulator_signals.rs`, `obd.rs`, and J1939 against cantools.
const ELSEWHERE: [&str; 4] = ["honda", "simulator", "j1939", "obd"];

/// A frame, and what it says: a number, on or off, or `None` where there is no value.
#[derive(serde::Deserialize)]
struct Written {
    profile: String,
    id: u32,
    extended: bool,
    data: String,
    expect: BTreeMap<String, Option<Said>>,
}

#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(untagged)]
enum Said {
    Lamp(bool),
    Number(f64),
}

impl Written {
    fn frame(&self, at: Duration) -> Frame {
        let data: Vec<u8> = (0..self.data.len())
            .step_by(2)
            .map(|n| u8::from_str_radix(&self.data[n..n + 2], 16).unwrap())
            .collect();
        let id = if self.extended {
            FrameId::Extended(self.id)
        } else {
            FrameId::Standard(u16::try_from(self.id).unwrap())
        };
        let kind = if data.len() > 8 { FrameKind::Fd } else { FrameKind::Classical };
        Frame { stamp: Stamp { wall_us: 1, at }, id, kind, payload: Payload::new(&data).unwrap() }
    }
}

/// Whether a value is what was written; whole numbers of VSS are rounded.
fn is_same(value: Value, kind: Type, said: Said) -> bool {
    match (value, said) {
        (Value::Boolean(is), Said::Lamp(said)) => is == said,
        (Value::Boolean(_), _) | (_, Said::Lamp(_)) => false,
        (value, Said::Number(said)) => {
            let rounding = if kind == Type::Float { 1e-6 } else { 0.5 + 1e-6 };
            (value.as_f64() - said).abs() <= rounding + 1e-9 * said.abs()
        }
    }
}

#[test]
#[cfg_attr(not(opendbc), ignore = "needs opendbc: deploy/checks/install-opendbc")]
fn each_signal_is_read_as_opendbc_writes_it() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/opendbc/signals.py");
    let output = Command::new(PYTHON).args(["-B", script, OPENDBC, TABLE]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (mut decoders, mut at) = (BTreeMap::new(), Duration::from_secs(1));
    let mut seen: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let written: Written = serde_json::from_str(line).unwrap();
        let profile = &written.profile;
        let decoder =
            decoders.entry(profile.clone()).or_insert_with(|| Vehicle::find(profile).unwrap().decoder());
        at += Duration::from_millis(10);
        let decoded = decoder.decode(&written.frame(at));
        assert!(matches!(decoded, Decoded::Signals | Decoded::Readings { .. }), "{decoded:?}: {line}");
        for (path, said) in &written.expect {
            let board = decoder.board();
            let signal = board.find(path).unwrap_or_else(|| panic!("{profile} has no {path}"));
            assert_eq!(board.heard_at(signal), Some(at), "{profile} {path}: refused: {line}");
            let (held, kind) = (board.held(signal), board.described(signal).entry.kind);
            let same = match said {
                Some(said) => held.is_ok_and(|value| is_same(value, kind, *said)),
                None => held.is_err(),
            };
            assert!(same, "{profile} {path}: {held:?}, opendbc wrote {said:?}: {line}");
            let count = seen.entry((profile.clone(), path.clone())).or_default();
            *(if said.is_some() { &mut count.0 } else { &mut count.1 }) += 1;
        }
    }
    for ((profile, path), (values, _)) in &seen {
        assert!(*values >= 5, "{profile} {path}: a value in {values} frames only");
    }
    println!("{} signals of {} profiles", seen.len(), decoders.len());
}

/// Profile to the paths that the table has of it.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let mut paths = BTreeMap::<_, BTreeSet<_>>::new();
    for line in std::fs::read_to_string(TABLE).unwrap().lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if words.len() >= 4 && words[0] != "#" {
            paths.entry(words[0].to_owned()).or_default().insert(words[2].to_owned());
        }
    }
    paths
}

#[test]
fn every_signal_of_a_built_in_profile_has_a_proof() {
    let table = table();
    for name in Vehicle::builtin() {
        let decoder = Vehicle::find(name).unwrap().decoder();
        let paths: BTreeSet<_> = decoder.board().paths().into_iter().map(str::to_owned).collect();
        if !ELSEWHERE.contains(&name) {
            assert_eq!(Some(&paths).filter(|paths| !paths.is_empty()), table.get(name), "{name}");
        }
    }
}
