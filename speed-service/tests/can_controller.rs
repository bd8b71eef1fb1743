//! Faults that a controller reports: bus-off, error-passive, error frames without end.
//!
//! The kernel's slcan driver under an emulated serial adapter, which is a real CAN network device with state,
//! carrier and error frames. Only it cannot restart a controller by itself (`restart-ms`), so for that the
//! frames that every such driver sends to its readers are put on a vcan.

mod common;
mod fault;

use std::process::Command;
use std::time::{Duration, Instant};

use common::PATIENCE;
use common::listener::Heard;
use fault::can::{Beside, Interface, Node, ip};
use fault::capture::stamps;
use fault::scene::{BACK_MS, DOWN_MS, Scene};
use interfaces::State;
use test_support::adapter::Adapter;

/// Frames further apart than this leave little of the 500 ms after which a speed is stale.
const LONGEST_GAP_MS: u64 = 450;

/// linux/can/error.h: the controller is bus-off; it was restarted.
const BUS_OFF: u32 = 0x040;
const RESTARTED: u32 = 0x100;

#[tokio::test]
#[ignore = "needs a kernel with vcan and slcan: deploy/test can"]
async fn bus_off_without_restart_ms_until_somebody_sets_the_link_down_and_up() {
    let (mut scene, adapter, interface, node) =
        serial(11, "bus-off without `restart-ms`; then link down, up", "sl_busoff").await;
    // A controller that has left the bus receives nothing.
    node.silence();
    scene.begins();
    adapter.tell("state bus-off");
    let why = scene.loses_speed(State::CanDown, DOWN_MS).await;
    assert!(why.contains("bus-off") && why.contains("restart-ms 100"), "{why}");
    scene.lasts().await;
    assert!(scene.diagnostics.error_frames().await.expect("ErrorFrames") >= 1);
    scene.ends();
    interface.down();
    interface.up();
    node.speak(42.0);
    scene.has_speed_again(42, BACK_MS).await;
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn bus_off_with_restart_ms_recovers_by_itself() {
    let fault = "bus-off with `restart-ms` (the driver's frames, on a vcan)";
    let (mut scene, vcan, node) = Scene::driving(12, fault, "can_restart", 42).await;
    node.silence();
    scene.begins();
    vcan.send_error(BUS_OFF);
    let why = scene.loses_speed(State::CanDown, DOWN_MS).await;
    assert!(why.contains("can_restart is bus-off"), "{why}");
    scene.lasts().await;
    scene.ends();
    vcan.send_error(RESTARTED);
    node.speak(42.0);
    scene.has_speed_again(42, BACK_MS).await;
    assert_eq!(scene.reconnects().await, 1);
    assert_eq!(scene.diagnostics.error_frames().await.expect("ErrorFrames"), 2);
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan and slcan: deploy/test can"]
async fn error_passive_is_told_and_takes_no_speed_away() {
    let (mut scene, adapter, interface, _node) =
        serial(13, "error-passive, then active again", "sl_passive").await;
    scene.begins();
    adapter.tell("state passive");
    // Through adapter, terminal and driver.
    let began = Instant::now();
    while scene.diagnostics.error_frames().await.expect("ErrorFrames") == 0 {
        assert!(began.elapsed() < PATIENCE, "no error frame");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    scene.lasts_with_work().await;
    assert_eq!(can_state(&interface), "ERROR-PASSIVE");
    assert_eq!(scene.speed.get_speed().await.expect("a passive controller still receives"), 42);
    let error = scene.diagnostics.last_error().await.expect("LastError");
    assert!(error.contains("error-passive"), "{error}");
    assert_eq!(scene.listener.pending().await, [], "the speed goes on");
    adapter.tell("state active");
    scene.still_has_speed(42).await;
    scene.row.client = format!("speed goes on; `LastError`: {error}");
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan and slcan: deploy/test can"]
async fn a_storm_of_error_frames_among_good_ones() {
    let (mut scene, adapter, interface, _node) =
        serial(14, "error frames without end, 5,000 in all", "sl_storm").await;
    let received = tempfile::NamedTempFile::new().expect("a file");
    let candump = Beside::record(&interface.0, &["100"], received.path());
    scene.begins();
    for _ in 0..20 {
        adapter.tell("repeat 250 error crc stuff");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let had_time = scene.had_time();
    scene.lasts_with_work().await;
    let began = Instant::now();
    let errors = loop {
        let errors = scene.diagnostics.error_frames().await.expect("ErrorFrames");
        let dropped = scene.diagnostics.frames_dropped().await.expect("FramesDropped");
        // The driver adds some of its own when it is overrun.
        if errors + dropped >= 5_000 {
            break errors;
        }
        assert!(began.elapsed() < PATIENCE, "{errors} error frames and {dropped} dropped");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let lost = scene.listener.pending().await.into_iter().find(|heard| matches!(heard, Heard::Lost(_)));
    drop(candump);
    // The good frames come through the same serial line, behind the others: the speed is as old as the last that came.
    let stamps = stamps(received.path(), "100#");
    let gap_ms = stamps.windows(2).map(|two| (two[1] - two[0]) / 1000).max().expect("good frames came");
    println!("{} good frames, {gap_ms} ms apart at most", stamps.len());
    let had_time = had_time && scene.had_time() && gap_ms < LONGEST_GAP_MS;
    assert!(lost.is_none() || !had_time, "{lost:?}");
    let lines = scene.service.stderr().lines().count();
    assert!(lines <= 40, "{lines} lines of log for one storm:\n{}", scene.service.stderr());
    common::service::reached(&scene.speed, State::Ok).await;
    scene.still_has_speed(42).await;
    let what = if had_time { "speed goes on" } else { "the machine had no time for all of it" };
    scene.row.client = format!("{what}; `ErrorFrames` {errors}; {lines} lines in the journal");
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan and slcan: deploy/test can"]
async fn an_adapter_that_is_pulled_out_and_plugged_in_again() {
    let (mut scene, adapter, interface, node) =
        serial(15, "serial adapter pulled out, plugged in, set up", "sl_pulled").await;
    drop(node);
    // The driver takes a second to let go of a terminal, in which nothing comes from it.
    let pulled = tokio::task::spawn_blocking(|| adapter.pull());
    scene.begins();
    scene.loses_speed(State::Stale, 500 + 50 + 20).await;
    while interface.exists() {
        scene.begins();
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(scene.listener.next().await.state(), Some("can-down"));
    scene.noticed_now(DOWN_MS);
    pulled.await.expect("it is pulled");
    scene.lasts().await;
    let why = scene.has_no_speed(State::CanDown).await;
    assert!(why.contains("there is no interface sl_pulled"), "{why}");
    scene.row.client = format!(
        "`SpeedLost(\"stale\")` while the driver lets go (1 s); once the interface is gone `CanDown`: {why}"
    );
    let adapter = Adapter::plug("sl_pulled", |_| ());
    let _node = Node::beyond(&adapter, 42.0);
    scene.ends();
    set_up("sl_pulled");
    scene.has_speed_again(42, BACK_MS).await;
    scene.row.write();
}

/// A serial adapter, a car beyond it that drives at 42 km/h, and the service, which has said so.
async fn serial(order: u32, fault: &'static str, name: &str) -> (Scene, Adapter, Interface, Node) {
    let adapter = Adapter::plug(name, |_| ());
    set_up(name);
    let node = Node::beyond(&adapter, 42.0);
    let mut scene = Scene::on(order, fault, name).await;
    scene.has_speed(42).await;
    (scene, adapter, Interface::of(name), node)
}

fn set_up(name: &str) {
    ip(&format!("link set {name} up type can bitrate 500000"));
}

/// The state of the controller as `ip -details` shows it.
fn can_state(interface: &Interface) -> String {
    let ip = Command::new("ip").args(["-details", "link", "show", &interface.0]).output();
    let text = String::from_utf8(ip.expect("ip").stdout).expect("text");
    let (_, state) = text.split_once("can state ").unwrap_or_else(|| panic!("no state in {text}"));
    state.split_whitespace().next().unwrap_or_default().to_owned()
}
