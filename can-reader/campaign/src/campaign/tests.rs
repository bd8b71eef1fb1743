//! The campaign itself is tried: it repeats, and what must fail fails.

use super::*;
use crate::case::Case;
use crate::table;

/// Of the groups that the controls cannot pass, one car.
fn cases() -> Vec<Case> {
    let telling = [Group::Normal, Group::OneWheel, Group::AllWheels, Group::Slip];
    Case::all(0).into_iter().filter(|case| telling.contains(&case.trouble.group())).collect()
}

fn broken(who: Who) -> Vec<String> {
    let broken = table::broken(&run(&cases(), who, 2).unwrap()).into_iter();
    broken.filter(|broken| !broken.known).map(|broken| broken.sentence).collect()
}

#[test]
fn the_mean_that_is_always_ok_fails() {
    let broken = broken(Who::Mean);
    for group in ["one wheel", "all wheels", "slip"] {
        let named = broken.iter().any(|line| line.starts_with(group) && line.contains("wrong in ok"));
        assert!(named, "{group} is not in {broken:?}");
    }
}

#[test]
fn silence_fails() {
    let broken = broken(Who::Never);
    for group in ["normal", "one wheel", "slip"] {
        let named = broken.iter().any(|line| line.starts_with(group) && line.contains("a speed is 0.00 %"));
        assert!(named, "{group} is not in {broken:?}");
    }
    assert!(broken.iter().any(|line| line.contains("longest return to a speed")), "{broken:?}");
}

#[test]
fn a_seed_gives_the_same_numbers_on_any_number_of_threads() {
    let few: Vec<_> = cases().into_iter().take(4).collect();
    let text = |jobs| table::markdown(&run(&few, Who::Pipeline, jobs).unwrap());
    assert_eq!(text(1), text(3));
}

#[test]
fn every_case_can_be_set_up_and_its_trouble_is_there() {
    for case in Case::all(2) {
        let setting = case.set_up().unwrap();
        assert!(setting.arrivals.len() > 200, "{}", setting.what);
        assert!(setting.arrivals.is_sorted_by(|a, b| a.at <= b.at), "{}", setting.what);
        if matches!(case.trouble, Trouble::AllWheels(_) | Trouble::Start { .. }) {
            assert!(!setting.spans.is_empty(), "{}: the car never moves", setting.what);
        }
    }
}
