//! A service that lies: the cluster shows a number only for what the contract calls one.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::{Duration, Instant};

use common::{Bus, Cluster, Liar, Screen};
use interfaces::{DIAGNOSTICS_INTERFACE, SPEED_INTERFACE};

fn shows(digits: &'static str) -> impl Fn(&Screen) -> bool {
    move |screen| screen.digits == digits
}

fn is_dashed_for(state: &'static str) -> impl Fn(&Screen) -> bool {
    move |screen| !screen.has_number() && screen.state == state && !screen.banner.is_empty()
}

#[test]
fn what_is_no_speed_is_dashes() {
    let bus = Bus::start();
    let liar = Liar::start(&bus, 87.0, "ok");
    let cluster = Cluster::start(&["--bus", &bus.address]);
    for impossible in [f64::NAN, f64::INFINITY, -1.0, 500.1, 1e308] {
        liar.hold(87.0, "ok");
        cluster.wait_for("87", shows("87 km/h"));
        liar.hold(impossible, "ok");
        cluster.wait_for("dashes", is_dashed_for("unknown"));
        liar.tell(SPEED_INTERFACE, "Speed", 42.0);
        cluster.wait_for("42", shows("42 km/h"));
        liar.tell(SPEED_INTERFACE, "Speed", impossible);
        cluster.wait_for("dashes", is_dashed_for("unknown"));
    }
    liar.tell(SPEED_INTERFACE, "Speed", 42.0);
    cluster.wait_for("42", shows("42 km/h"));
    liar.tell(SPEED_INTERFACE, "Speed", "42");
    cluster.wait_for("dashes for a text", is_dashed_for("unknown"));
}

#[test]
fn a_state_that_is_none_is_dashes() {
    let bus = Bus::start();
    let liar = Liar::start(&bus, 87.0, "ok");
    let cluster = Cluster::start(&["--bus", &bus.address]);
    for word in ["", "OK", "weird", "no-service"] {
        liar.hold(87.0, "ok");
        cluster.wait_for("87", shows("87 km/h"));
        liar.hold(87.0, word);
        cluster.wait_for("dashes", is_dashed_for("unknown"));
    }
    liar.hold(87.0, "ok");
    cluster.wait_for("87", shows("87 km/h"));
    // A speed beside a state that has none.
    liar.hold(87.0, "stale");
    cluster.wait_for("dashes", is_dashed_for("stale"));
}

#[test]
fn counters_that_change_keep_no_number_alive() {
    let bus = Bus::start();
    let liar = Liar::start(&bus, 87.0, "ok");
    let cluster = Cluster::start(&["--bus", &bus.address]);
    cluster.wait_for("87", shows("87 km/h"));
    // Nothing is said of it, while something else is said all the time.
    liar.hold(f64::NAN, "stale");
    let until = Instant::now() + Duration::from_secs(2);
    let mut counted = 0_u64;
    while Instant::now() < until {
        counted += 1;
        liar.tell(DIAGNOSTICS_INTERFACE, "FramesReceived", counted);
        liar.tell(SPEED_INTERFACE, "Timestamp", counted);
        std::thread::sleep(Duration::from_millis(20));
    }
    // Before the silence that follows can have helped.
    let (at, _) = cluster.wait_for("dashes", is_dashed_for("stale"));
    assert!(at < until, "the number lived on counters");
}

#[test]
fn a_signal_that_cannot_be_read_is_not_the_end_of_the_bus() {
    let bus = Bus::start();
    let liar = Liar::start(&bus, 87.0, "ok");
    let mut cluster = Cluster::start(&["--bus", &bus.address]);
    cluster.wait_for("87", shows("87 km/h"));
    for _ in 0..20 {
        liar.garble();
    }
    cluster.never("dashes", Duration::from_secs(1), |screen| !screen.has_number());
}

#[test]
fn a_service_that_takes_over_is_shown_without_dashes_between() {
    let bus = Bus::start();
    let _old = Liar::start(&bus, 87.0, "ok");
    let mut cluster = Cluster::start(&["--bus", &bus.address]);
    cluster.wait_for("87", shows("87 km/h"));
    let old_speaks_on = Liar::start(&bus, 42.0, "ok");
    cluster.wait_for("the new one's", |screen| {
        assert!(screen.has_number(), "dashes between: {screen:?}");
        screen.digits == "42 km/h"
    });
    let _third = Liar::start(&bus, 50.0, "ok");
    cluster.wait_for("the third's", shows("50 km/h"));
    // It has lost the name: whatever it says is not heard.
    old_speaks_on.tell(SPEED_INTERFACE, "Speed", 99.0);
    old_speaks_on.tell(SPEED_INTERFACE, "State", "stale");
    cluster.never("the old one's", Duration::from_secs(1), |screen| screen.digits != "50 km/h");
}
