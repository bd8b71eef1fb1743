//! A service of another version: the first release, which knew no `IndicatedSpeed`, and one with words still to come.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;

use common::{Bus, Cluster, Liar, Screen};
use interfaces::SPEED_INTERFACE;
use zbus::Variant;

type Values = HashMap<&'static str, Variant<'static>>;

/// All that `GetAll` of the first release answered.
fn first_release(speed_kmh: f64, state: &'static str) -> Values {
    HashMap::from([
        ("Speed", speed_kmh.into()),
        ("State", state.into()),
        ("WheelSpeeds", HashMap::from([("Row1.Left".to_owned(), Variant::from(speed_kmh))]).into()),
        ("Timestamp", 1_600_000_000_000_000_u64.into()),
        ("Source", "can0".into()),
    ])
}

/// The same of this one.
fn of_today(speed_kmh: f64, indicated_kmh: f64, state: &'static str, reason: &'static str) -> Values {
    let mut values = first_release(speed_kmh, state);
    values.extend([
        ("Uncertainty", 1.2.into()),
        ("Witnesses", 4_u32.into()),
        ("IndicatedSpeed", indicated_kmh.into()),
        ("StateReason", reason.into()),
    ]);
    values
}

fn says(digits: &'static str, banner: &'static str) -> impl Fn(&Screen) -> bool {
    move |screen| screen.digits == digits && screen.banner == banner
}

#[test]
fn the_first_release_is_shown_as_it_always_was() {
    let bus = Bus::start();
    let service = Liar::start_with(&bus, first_release(86.2, "ok"));
    let cluster = Cluster::start(&["--bus", &bus.address]);
    cluster.wait_for("its speed rounded up", says("87 km/h", ""));
    service.tell(SPEED_INTERFACE, "Speed", 42.3);
    cluster.wait_for("43", says("43 km/h", ""));
    service.tell_all(SPEED_INTERFACE, HashMap::from([("State", "degraded".into()), ("Speed", 50.0.into())]));
    cluster.wait_for("less evidence, and not why", says("50 km/h", "Speed less certain"));
    service.tell_all(SPEED_INTERFACE, HashMap::from([("State", "stale".into()), ("Speed", f64::NAN.into())]));
    cluster.wait_for("dashes", says("no speed", "Wheel speeds stopped"));
}

#[test]
fn the_indicated_speed_is_shown_and_the_reason_said() {
    let bus = Bus::start();
    let service = Liar::start_with(&bus, of_today(80.0, 82.05, "ok", ""));
    let cluster = Cluster::start(&["--bus", &bus.address]);
    cluster.wait_for("the indicated speed rounded up", says("83 km/h", ""));
    let degraded = |reason: &'static str| {
        let state = [("State", Variant::from("degraded")), ("StateReason", reason.into())];
        service.tell_all(SPEED_INTERFACE, HashMap::from(state));
    };
    for (reason, banner) in [
        ("slip", "Wheels slip"),
        ("wheel-left-out", "Wheel sensor left out"),
        ("a-word-to-come", "Speed less certain"),
    ] {
        degraded(reason);
        cluster.wait_for(reason, says("83 km/h", banner));
    }
    service.tell(SPEED_INTERFACE, "StateReason", "held");
    cluster.wait_for("another reason of the same state", says("83 km/h", "Last speed carried on"));
    // A speed that comes without an indicated one is not shown as the old one.
    service.tell(SPEED_INTERFACE, "Speed", 30.0);
    cluster.wait_for("the speed itself", says("30 km/h", "Last speed carried on"));
}

#[test]
fn an_indicated_speed_that_contradicts_the_speed_is_dashes() {
    let bus = Bus::start();
    let service = Liar::start_with(&bus, of_today(80.0, 82.05, "ok", ""));
    let cluster = Cluster::start(&["--bus", &bus.address]);
    for wrong in [f64::NAN.into(), 79.0.into(), 93.0.into(), "82".into()] {
        cluster.wait_for("83", says("83 km/h", ""));
        let numbers = [("Speed", Variant::from(80.0)), ("IndicatedSpeed", wrong)];
        service.tell_all(SPEED_INTERFACE, HashMap::from(numbers));
        cluster.wait_for("dashes", says("no speed", "Unknown speed state"));
        let numbers = [("Speed", Variant::from(80.0)), ("IndicatedSpeed", Variant::from(82.05))];
        service.tell_all(SPEED_INTERFACE, HashMap::from(numbers));
    }
}

#[test]
fn a_new_service_after_an_old_one_and_the_other_way_round() {
    let bus = Bus::start();
    let old = Liar::start_with(&bus, first_release(87.0, "degraded"));
    let cluster = Cluster::start(&["--bus", &bus.address]);
    cluster.wait_for("the old one's", says("87 km/h", "Speed less certain"));
    let _new = Liar::start_with(&bus, of_today(80.0, 82.05, "degraded", "slip"));
    cluster.wait_for("the new one's", says("83 km/h", "Wheels slip"));
    drop(old);
    let _old = Liar::start_with(&bus, first_release(87.0, "degraded"));
    cluster.wait_for("nothing of the new one's", says("87 km/h", "Speed less certain"));
}
