//! What is in the program and what is not: it reads logs, and knows nothing of finding wheels, of writing profiles, of calibrating.
#![allow(clippy::unwrap_used, reason = "a test")]

/// A sentence of each part of `can-reader`, in its source and only there.
const PARTS: [(&str, &str, bool); 5] = [
    ("the log readers", "the log is empty; record one with", true),
    ("the search for wheels", "numbers of like form in", false),
    ("the profile of what was found", "without a DBC: ", false),
    ("the writer of profiles", "is there already, and no file is written over", false),
    ("the calibration", "is no calibration: drive longer", false),
];

/// Those sources: a sentence that is not in them would be missed everywhere.
const SOURCES: [&str; 5] = [
    include_str!("../../can-reader/src/source/replay/mod.rs"),
    include_str!("../../can-reader/src/discover/evidence.rs"),
    include_str!("../../can-reader/src/profile/found.rs"),
    include_str!("../../can-reader/src/profile/save.rs"),
    include_str!("../../can-reader/src/calibrate/mod.rs"),
];

#[test]
fn the_log_readers_are_linked_and_what_only_a_person_needs_is_not() {
    let bytes = std::fs::read(env!("CARGO_BIN_EXE_speed-service")).unwrap();
    let program = String::from_utf8_lossy(&bytes);
    for ((part, sentence, is_linked), source) in PARTS.into_iter().zip(SOURCES) {
        assert!(source.contains(sentence), "{part}: the sentence has changed; name another one of its own");
        assert_eq!(program.contains(sentence), is_linked, "{part}: is it linked?");
    }
}
