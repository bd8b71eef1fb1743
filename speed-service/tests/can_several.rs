//! A car on two CAN buses: what a client sees when both speak, and when one or both are down.

mod common;
mod fault;

use std::time::Duration;

use common::car::{Car, FRONT_ID, REAR_ID};
use common::listener::Heard;
use common::service::reached;
use fault::can::{Interface, Node};
use fault::scene::{BACK_MS, DOWN_MS, Scene};
use interfaces::State;
use nix::sys::signal::Signal;
use zbus::Variant;

/// Two vcans with an axle of a front-wheel-drive car on each, and the service, which has said so.
struct Buses {
    scene: Scene,
    front: (Interface, Node),
    rear: (Interface, Node),
    _car: Car,
}

impl Buses {
    /// The front wheels at 40.45 km/h, the rear ones at 41.55: apart, and within what tyres may be.
    async fn driving(order: u32, fault: &'static str, front: &str, rear: &str) -> Self {
        let car = Car::new();
        let front = (Interface::vcan(front), Node::axle(front, FRONT_ID, 40.45));
        let rear = (Interface::vcan(rear), Node::axle(rear, REAR_ID, 41.55));
        let arguments = ["--vehicle", &car.two_buses(), "--can", &front.0.0, "--can", &rear.0.0];
        let mut scene = Scene::reading(&arguments).await;
        (scene.row.order, scene.row.fault) = (order, fault);
        scene.has_speed(41).await;
        Self { scene, front, rear, _car: car }
    }
}

/// Up to the digit that lives.
fn is_near(speed: &Variant, kmh: f64) -> bool {
    matches!(speed, Variant::F64(is) if (is - kmh).abs() < 0.02)
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn each_message_counts_on_its_own_interface_alone() {
    let mut buses = Buses::driving(0, "-", "sev_f", "sev_r").await;
    let Buses { scene, front, rear, .. } = &mut buses;
    assert_eq!(scene.speed.source().await.expect("Source"), "sev_f,sev_r");
    let wheels = scene.speed.wheel_speeds().await.expect("WheelSpeeds");
    for (wheel, kmh) in
        [("Row1.Left", 40.45), ("Row1.Right", 40.45), ("Row2.Left", 41.55), ("Row2.Right", 41.55)]
    {
        assert!(is_near(&wheels[wheel], kmh), "{wheel}: {wheels:?}");
    }
    // Each id on the other bus: another control unit's.
    let (sent_front, sent_rear) = (front.0.received(), rear.0.received());
    let before = scene.diagnostics.frames_received().await.expect("FramesReceived");
    let _strangers = [Node::axle(&front.0.0, REAR_ID, 120.0), Node::axle(&rear.0.0, FRONT_ID, 120.0)];
    tokio::time::sleep(Duration::from_secs(1)).await;
    for heard in scene.listener.pending().await {
        let same = heard.state().is_none() && heard.speed_kmh().is_none_or(|kmh| (kmh - 41.0).abs() < 0.3);
        assert!(matches!(heard, Heard::Properties(_)) && same, "{heard:?}: they change nothing");
    }
    scene.still_has_speed(41).await;
    let sent = front.0.received() - sent_front + rear.0.received() - sent_rear;
    let received = scene.diagnostics.frames_received().await.expect("FramesReceived") - before;
    assert!(sent >= 100 && received <= sent * 2 / 3, "the service received {received} of {sent} frames");
    assert_eq!(
        scene.diagnostics.frames_ignored().await.expect("FramesIgnored"),
        0,
        "the kernel keeps them away"
    );
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn one_of_two_interfaces_down_and_the_undriven_axle_on_the_other() {
    let fault = "one of two interfaces down, the undriven axle on the other; then up";
    let mut buses = Buses::driving(7, fault, "sev_drv_f", "sev_drv_r").await;
    let Buses { scene, front, .. } = &mut buses;
    scene.begins();
    front.0.down();
    // The rear wheels alone: not a part of the front ones' is left.
    scene.hears_state_and_speed(State::Degraded, 42).await;
    scene.noticed_now(DOWN_MS);
    assert_eq!(scene.speed.get_speed().await.expect("a speed"), 42);
    scene.lasts().await;
    let down = configured(scene, "interfaces_down").await.expect("one is down");
    assert!(down.contains("interface sev_drv_f is down"), "{down}");
    assert_eq!(scene.diagnostics.last_error().await.expect("LastError"), down);
    scene.row.client =
        format!("`State` degraded, speed goes on without its wheels; `interfaces_down`: {down}");
    scene.ends();
    front.0.up();
    assert!(!scene.hears_state(State::Ok).await, "what comes back takes nothing away");
    scene.recovered_now(BACK_MS);
    scene.still_has_speed(41).await;
    assert_eq!(scene.reconnects().await, 1);
    assert_eq!(configured(scene, "interfaces_down").await, None);
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn one_of_two_interfaces_down_and_only_the_driven_axle_on_the_other() {
    let fault = "one of two interfaces deleted, only the driven axle on the other; then made again";
    let mut buses = Buses::driving(8, fault, "sev_only_f", "sev_only_r").await;
    let Buses { scene, rear, .. } = &mut buses;
    scene.begins();
    rear.0.delete();
    // It is believed for having agreed with the other since the last stop.
    scene.hears_state_and_speed(State::Degraded, 40).await;
    scene.noticed_now(DOWN_MS);
    scene.lasts().await;
    let down = configured(scene, "interfaces_down").await.expect("one is down");
    assert!(down.contains("there is no interface sev_only_r"), "{down}");
    scene.row.client = format!("`State` degraded, speed goes on; `interfaces_down`: {down}");
    scene.ends();
    rear.0.make();
    rear.0.up();
    assert!(!scene.hears_state(State::Ok).await, "what comes back takes nothing away");
    scene.recovered_now(BACK_MS);
    scene.still_has_speed(41).await;
    assert_eq!(scene.reconnects().await, 1);
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn both_of_two_interfaces_down() {
    let fault = "both of two interfaces down; then both up";
    let mut buses = Buses::driving(9, fault, "sev_both_f", "sev_both_r").await;
    let Buses { scene, front, rear, .. } = &mut buses;
    front.0.down();
    scene.hears_state_and_speed(State::Degraded, 42).await;
    scene.begins();
    rear.0.down();
    let why = scene.loses_speed(State::CanDown, DOWN_MS).await;
    assert!(why.contains("sev_both_f is down") && why.contains("sev_both_r is down"), "{why}");
    scene.lasts().await;
    // The driven axle alone, and nobody to vouch for it: no longer can-down, and no speed yet.
    front.0.up();
    let began = std::time::Instant::now();
    let why = loop {
        let why = scene.speed.get_speed().await.expect_err("no speed").to_string();
        if !why.contains("sev_both_f") {
            break why;
        }
        assert!(began.elapsed() < common::PATIENCE, "{why}");
    };
    assert!(why.contains("sev_both_r is down") && !why.contains("sev_both_f"), "{why}");
    scene.ends();
    rear.0.up();
    scene.has_speed_again(41, BACK_MS).await;
    assert_eq!(scene.reconnects().await, 2);
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn a_reload_takes_other_interfaces() {
    let car = Car::new();
    car.two_buses();
    let names = ["sev_re_f", "sev_re_r", "sev_re_n"];
    let [_front, _rear, _new] = names.map(Interface::vcan);
    let _nodes = [Node::axle("sev_re_f", FRONT_ID, 40.45), Node::axle("sev_re_r", REAR_ID, 41.55)];
    let other = Node::axle("sev_re_n", REAR_ID, 41.0);
    let write = |interfaces: &str| car.config(&format!("vehicle = \"two.toml\"\ncan = {interfaces}\n"));
    let file = write("[\"sev_re_f\", \"sev_re_r\"]");
    let mut scene = Scene::reading(&["--config", &file]).await;
    scene.has_speed(41).await;

    // One too few is refused, and nothing changes.
    write("\"sev_re_f\"");
    scene.service.signal(Signal::SIGHUP);
    scene.service.logged("reload refused").await;
    let error = scene.diagnostics.last_error().await.expect("LastError");
    assert!(error.contains("speed.toml:2: vehicle two") && error.contains("1 is named"), "{error}");
    scene.still_has_speed(41).await;
    scene.listener.pending().await;

    write("[\"sev_re_f\", \"sev_re_n\"]");
    scene.service.signal(Signal::SIGHUP);
    assert_eq!(scene.listener.speed().await, Heard::Lost("no-data".to_owned()));
    reached(&scene.speed, State::Ok).await;
    assert_eq!(scene.speed.source().await.expect("Source"), "sev_re_f,sev_re_n");
    let wheels = scene.speed.wheel_speeds().await.expect("WheelSpeeds");
    assert!(is_near(&wheels["Row2.Left"], 41.0), "the new one's: {wheels:?}");
    drop(other);
    // The front wheels are believed for having agreed with the rear ones since the last stop.
    scene.hears_state(State::Degraded).await;
}

/// A text of `Diagnostics1.Configuration`.
async fn configured(scene: &Scene, key: &str) -> Option<String> {
    let configuration = scene.diagnostics.configuration().await.expect("Configuration");
    match &**configuration.get(key)? {
        Variant::Str(text) => Some(text.to_string()),
        other => panic!("{key} is {other:?}"),
    }
}
