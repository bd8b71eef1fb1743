//! No built-in car is taken for another: each that opendbc knows rolls off, in frames that opendbc writes, before all profiles.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use can_reader::{Event, Frame, FrameId, FrameKind, Payload, Stamp, Vehicle};
use cardash_setup::fit::{Candidate, Grade, Offer, offer};

/// The interpreter, and the folder with opendbc, that build.rs found.
const PYTHON: &str = env!("OPENDBC_PYTHON");
const OPENDBC: &str = env!("OPENDBC");

/// Id, whether it has 29 bits, data.
type Written = (u32, bool, String);

#[derive(serde::Deserialize)]
struct Step {
    profile: String,
    frames: Vec<Written>,
}

fn frame((id, extended, hex): &Written, at: Duration) -> Frame {
    let data: Vec<u8> =
        (0..hex.len()).step_by(2).map(|n| u8::from_str_radix(&hex[n..n + 2], 16).unwrap()).collect();
    let id = if *extended { FrameId::Extended(*id) } else { FrameId::Standard(u16::try_from(*id).unwrap()) };
    let kind = if data.len() > 8 { FrameKind::Fd } else { FrameKind::Classical };
    Frame { stamp: Stamp { wall_us: 1, at }, id, kind, payload: Payload::new(&data).unwrap() }
}

fn drives() -> BTreeMap<String, Vec<Step>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../can-reader/tests/opendbc");
    let (script, table) = (format!("{folder}/frames.py"), format!("{folder}/table.txt"));
    let output = Command::new(PYTHON).args(["-B", &script, OPENDBC, &table, "drive"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut drives = BTreeMap::<String, Vec<Step>>::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let step: Step = serde_json::from_str(line).unwrap();
        drives.entry(step.profile.clone()).or_default().push(step);
    }
    drives
}

/// All profiles, after they have heard this drive.
fn hear(steps: &[Step]) -> Vec<Candidate> {
    let load = |name: &str| Candidate::new(name.to_owned(), Vehicle::find(name).unwrap());
    let mut candidates: Vec<_> = Vehicle::builtin().into_iter().map(load).collect();
    for (number, step) in steps.iter().enumerate() {
        let at = Duration::from_millis(1000 + 20 * number as u64);
        for written in &step.frames {
            let event = Event::Frame(frame(written, at));
            candidates.iter_mut().for_each(|candidate| candidate.add(at, &event));
        }
    }
    candidates
}

#[test]
#[cfg_attr(not(opendbc), ignore = "needs opendbc: deploy/checks/install-opendbc")]
fn each_car_is_named_and_none_is_taken_for_another() {
    let (mut faults, mut certain, drives) = (Vec::new(), 0, drives());
    for (car, steps) in &drives {
        let candidates = hear(steps);
        let key = |place: usize| candidates[place].key.as_str();
        let places = match offer(&candidates) {
            Offer::Certain(place) => {
                certain += 1;
                if key(place) != car {
                    faults.push(format!("{car}: {} is called certain", key(place)));
                }
                vec![place]
            }
            Offer::Choice(places) => places,
            Offer::Nothing => Vec::new(),
        };
        let said = |place: &usize| format!("{} ({:?})", key(*place), candidates[*place].grade());
        println!("{car}: {}", places.iter().map(said).collect::<Vec<_>>().join(", "));
        if !places.iter().any(|place| key(*place) == car) {
            faults.push(format!("{car} is not named"));
        }
        let fits = |place: &&usize| candidates[**place].grade() >= Grade::Rolled && key(**place) != car;
        faults.extend(places.iter().filter(fits).map(|place| format!("{car}: {} fits too", key(*place))));
    }
    println!("{certain} of {} are certain", drives.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
