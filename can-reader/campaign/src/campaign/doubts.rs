//! Profiles that do not know everything of their car: they say so, and the speed stays true.

use super::*;
use crate::drive::Kind;

/// Everyday drives of four cars: neither, either and both axles crossed, all forms of messages.
const SEEDS: std::ops::Range<u64> = 900..904;

/// What comes of these drives with a profile that has been changed.
fn drive(doctor: impl Fn(u64, &str) -> String) -> Tally {
    let kinds = [Kind::Town, Kind::Parking, Kind::Road, Kind::Braking].map(Trouble::Drive);
    let mut sum = Tally::default();
    for seed in SEEDS {
        for case in Case::all(seed).into_iter().filter(|case| kinds.contains(&case.trouble)) {
            let mut setting = case.set_up().unwrap();
            setting.layout.profile = doctor(seed, &setting.layout.profile);
            let mut judge = Judge::new(&setting, false);
            play(&setting, Who::Pipeline, &mut |look| judge.take(&look)).unwrap();
            sum.add(&judge.tally);
        }
    }
    println!(
        "a speed {:.2} %, ok {:.2} %, wrong {:.2} s an hour in ok and {:.2} in degraded, inside {:.2} %, mean uncertainty {:.2} km/h",
        sum.percent(sum.speed),
        sum.percent(sum.ok),
        sum.an_hour(sum.wrong_ok),
        sum.an_hour(sum.wrong_degraded),
        sum.inside_percent(),
        sum.mean_uncertainty()
    );
    sum
}

/// Left and right of an axle change places: of the front axle in every other car, of the rear one in every third.
fn swap(seed: u64, profile: &str) -> String {
    let mut profile = profile.to_owned();
    for (row, wrong) in [("Row1", seed.is_multiple_of(2)), ("Row2", seed.is_multiple_of(3))] {
        if wrong {
            let (left, right) = (format!("{row}.Left"), format!("{row}.Right"));
            profile = profile.replace(&left, "OTHER").replace(&right, &left).replace("OTHER", &right);
        }
    }
    profile
}

#[test]
fn sides_that_are_not_known_cost_certainty_and_no_truth() {
    let unknown = |seed, profile: &str| format!("sides = \"unknown\"\n{}", swap(seed, profile));
    let known = drive(|_, profile| profile.to_owned());
    let sum = drive(unknown);
    assert!(sum.an_hour(sum.wrong_ok) < known.an_hour(known.wrong_ok) + 1.0, "{sum:?} {known:?}");
    assert!(sum.wrong_degraded == 0.0, "{sum:?}");
    assert!(sum.percent(sum.speed) > 99.5 && sum.percent(sum.ok) > 99.0, "{sum:?}");
    assert!(sum.inside_percent() > 99.5 && sum.mean_uncertainty() < 2.0, "{sum:?}");
    // It is not for nothing: the same crossed wheels without a word are wheels that contradict each other in bends.
    let silent = drive(swap);
    assert!(silent.percent(silent.ok) < sum.percent(sum.ok) - 3.0, "{silent:?}");
}

/// A factor that is 4 % too small, and a profile that says that it may be 5 % off.
fn shorten(said: &str, profile: &str) -> String {
    let mut out = String::new();
    for line in profile.lines() {
        let line = match line.split_once(" = \"WHEELS_") {
            Some((place, signal)) => {
                format!("{place} = {{ signal = \"WHEELS_{}, scale = 0.96{said} }}", signal.trim_end())
            }
            None => line.to_owned(),
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}

#[test]
fn a_factor_that_is_not_well_known_widens_the_uncertainty_to_the_truth() {
    let sum = drive(|_, profile| shorten(", tolerance_percent = 5", profile));
    assert!(sum.inside_percent() > 99.0 && sum.percent(sum.speed) > 99.0, "{sum:?}");
    let silent = drive(|_, profile| shorten("", profile));
    assert!(silent.inside_percent() < 60.0, "{silent:?}");
    assert!(sum.mean_uncertainty() > silent.mean_uncertainty() + 1.0, "{sum:?} {silent:?}");
}
