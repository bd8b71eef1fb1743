//! What is asked for is what the built-in profile `obd` reads.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;

use cardash_obd::{Pid, SPEED_WITHIN};

const DBC: &str = include_str!("../../vehicles/obd.dbc");

#[test]
fn each_parameter_that_is_asked_for_is_read_and_no_other() {
    let mut read = BTreeSet::new();
    for line in DBC.lines().filter_map(|line| line.trim().strip_prefix("SG_ ")) {
        let Some(page) = line.split_whitespace().find_map(|word| word.strip_prefix('m')?.parse::<u32>().ok())
        else {
            continue;
        };
        let [0, length, service, number] = page.to_be_bytes() else { panic!("{line}: three bytes") };
        let pid = Pid::of(number).unwrap();
        assert_eq!((service, length), (0x41, 2 + pid.data_bytes()), "{line}");
        read.insert(pid);
    }
    assert_eq!(read, Pid::VALUES.into_iter().collect());
}

#[test]
fn a_speed_is_late_when_it_is_older_than_the_profile_says() {
    let profile = include_str!("../../vehicles/obd.toml");
    let stated = profile.lines().find_map(|line| line.strip_prefix("delay_ms = ")).unwrap();
    assert_eq!(stated.parse::<u128>().unwrap(), SPEED_WITHIN.as_millis());
}
