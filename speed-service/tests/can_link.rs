//! Faults of the network interface: what a client sees when it is missing, down, replaced or of the wrong kind.

mod common;
mod fault;

use std::time::Duration;

use fault::can::{Interface, Node, ip};
use fault::scene::{BACK_MS, DOWN_MS, Scene, allowed_ms};
use interfaces::State;

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn an_interface_that_is_missing_at_the_start_and_appears() {
    let mut scene = Scene::on(1, "interface missing at the start, appears later", "can_absent").await;
    scene.hears_state(State::CanDown).await;
    scene.noticed(scene.ready_at, DOWN_MS);
    let why = scene.has_no_speed(State::CanDown).await;
    assert!(why.contains("there is no interface can_absent"), "{why}");
    scene.begins();
    scene.lasts().await;
    scene.row.client = format!("`CanDown` from the first answer on: {why}");

    let _node = Node::on("can_absent", 42.0);
    scene.ends();
    let _vcan = Interface::vcan("can_absent");
    scene.has_speed_again(42, BACK_MS).await;
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn an_interface_that_goes_down_and_up_again_and_again() {
    let (mut scene, vcan, _node) = Scene::driving(2, "`ip link set down`, then up", "can_updown", 42).await;
    for round in 1..=3 {
        scene.begins();
        vcan.down();
        let why = scene.loses_speed(State::CanDown, DOWN_MS).await;
        assert!(why.contains("can_updown is down") && why.contains("ip link set can_updown up"), "{why}");
        scene.lasts().await;
        scene.ends();
        vcan.up();
        scene.has_speed_again(42, BACK_MS).await;
        assert_eq!(scene.reconnects().await, round);
    }
    let error = scene.diagnostics.last_error().await.expect("LastError");
    assert!(error.contains("can_updown is down"), "{error}");
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn an_interface_that_is_deleted_and_made_again() {
    let (mut scene, vcan, _node) =
        Scene::driving(3, "interface deleted, made again under its name", "can_again", 42).await;
    scene.begins();
    vcan.delete();
    let why = scene.loses_speed(State::CanDown, DOWN_MS).await;
    assert!(why.contains("there is no interface can_again"), "{why}");
    scene.lasts().await;
    scene.ends();
    vcan.make();
    vcan.up();
    scene.has_speed_again(42, BACK_MS).await;
    assert_eq!(scene.reconnects().await, 1);
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn an_interface_that_is_renamed_away_and_back() {
    let (mut scene, vcan, _node) =
        Scene::driving(4, "interface renamed, then renamed back", "can_name", 42).await;
    scene.begins();
    vcan.down();
    ip("link set can_name name can_other");
    ip("link set can_other up");
    scene.loses_speed(State::CanDown, DOWN_MS).await;
    // Which of the three commands was seen first does not matter.
    tokio::time::sleep(Duration::from_millis(100)).await;
    // It is up and carries the frames, but under a name that is not ours.
    scene.lasts().await;
    let why = scene.has_no_speed(State::CanDown).await;
    assert!(why.contains("there is no interface can_name") && why.contains("can_other"), "{why}");
    scene.ends();
    ip("link set can_other down");
    ip("link set can_other name can_name");
    vcan.up();
    scene.has_speed_again(42, BACK_MS).await;
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn an_interface_of_the_wrong_kind() {
    let ethernet = Interface::of("can_eth");
    ip("link add can_eth type dummy");
    ethernet.up();
    ethernet.appears().await;
    let mut scene = Scene::on(5, "an Ethernet interface; then a CAN interface of that name", "can_eth").await;
    scene.hears_state(State::CanDown).await;
    scene.noticed(scene.ready_at, DOWN_MS);
    let why = scene.has_no_speed(State::CanDown).await;
    assert!(why.contains("can_eth is an Ethernet interface, not a CAN interface"), "{why}");
    scene.begins();
    scene.lasts().await;
    scene.row.client = format!("`CanDown` from the first answer on: {why}");

    ethernet.delete();
    // How long the kernel takes for that is not the service's doing.
    while ethernet.exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let _node = Node::on("can_eth", 42.0);
    scene.ends();
    let vcan = ethernet;
    vcan.make();
    vcan.up();
    scene.has_speed_again(42, BACK_MS).await;
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn silence() {
    let (mut scene, _vcan, node) = Scene::driving(6, "silence: the sender stops", "can_silent", 42).await;
    scene.begins();
    node.silence();
    let why = scene.loses_speed(State::Stale, 200 + 50 + 20).await;
    // Counted from the last frame, by the kernel's time stamp.
    let last_us = scene.speed.timestamp().await.expect("Timestamp");
    let silent_ms = (scene.lost_us - last_us) as f64 / 1000.0;
    // Ten cycles of 20 ms, as the service has learned them.
    let allowed_ms = allowed_ms(scene.since(), 250);
    assert!((190.0..=allowed_ms).contains(&silent_ms), "stale {silent_ms} ms after the last frame");
    (scene.row.noticed_ms, scene.row.noticed_within_ms) =
        (Some((silent_ms * 10.0).round() / 10.0), Some(250));
    assert!(why.contains("ten cycles"), "{why}");
    scene.lasts().await;
    scene.ends();
    node.speak(42.0);
    scene.has_speed_again(42, BACK_MS).await;
    assert_eq!(scene.reconnects().await, 0);
    scene.row.write();
}
