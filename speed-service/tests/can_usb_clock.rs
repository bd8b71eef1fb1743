//! A driver with hardware time stamps: Debian's gs_usb under an emulated USB adapter, whose clock drifts, begins anew, and
//! says that frames waited in the adapter before the kernel heard of them.

mod common;
mod fault;

use std::process::Command;
use std::time::{Duration, Instant};

use common::service::reached;
use fault::can::Interface;
use fault::scene::{BACK_MS, Scene, wall_us};
use fault::stall;
use interfaces::State;
use test_support::adapter::Adapter;

const NAME: &str = "can_usb";

/// Frames that come late are seen within this time, ms.
const LATE_MS: u64 = 1_000;

/// A whole link comes up: the driver asks the adapter for its clock, and the estimator for a few frames.
const OPEN_MS: u64 = 1_000;

#[tokio::test]
#[ignore = "needs an emulated USB adapter: deploy/test can"]
async fn a_clock_of_its_own_that_drifts_and_frames_that_wait_in_the_adapter() {
    let adapter = Adapter::plug_usb(NAME);
    let link = Interface::of(NAME);
    adapter.tell("drift 200");
    set_up();
    let mut scene = Scene::reading(&["--vehicle", "honda", "--can", NAME]).await;
    adapter.tell("drive 60");
    begins_to_drive(&mut scene, &link).await;
    stays_ok(&mut scene, "200 ppm fast", 3).await;

    // The number goes on, as old as it is.
    late(&mut scene, &adapter, 51, "frames 80 ms late by the adapter's clock", 80, State::Degraded).await;
    let age_ms = least_age_ms(&scene).await;
    assert!((70.0..1_000.0).contains(&age_ms), "the number is {age_ms} ms old, and the frames 80 ms late");
    scene.row.client = format!(
        "`State` degraded, speed goes on, its `Timestamp` {age_ms:.0} ms old; `LastError`: {}",
        word(&scene).await
    );
    in_time(&mut scene, &adapter).await;

    for (order, fault, ms) in [
        (52, "frames 2 s late by the adapter's clock", 2_000),
        (53, "frames 3 minutes late by the adapter's clock", 180_000),
    ] {
        late(&mut scene, &adapter, order, fault, ms, State::Stale).await;
        let why = scene.has_no_speed(State::Stale).await;
        assert!(why.starts_with("no speed: the frames reach this computer too late"), "{why}");
        assert_eq!(scene.speed.state_reason().await.expect("StateReason"), "delivered-late");
        word(&scene).await;
        scene.lasts_with_work().await;
        scene.has_no_speed(State::Stale).await;
        in_time(&mut scene, &adapter).await;
    }

    // One wrong stamp is not believed: by it all frames after it would be late.
    adapter.tell("ahead 5000");
    stays_ok(&mut scene, "after one stamp of the future", 1).await;

    // The link comes up with another clock, slower now, that begins at 0.
    scene.begins();
    link.down();
    scene.hears_state(State::CanDown).await;
    scene.noticed_now(CLOSE_MS);
    adapter.tell("drift -200");
    adapter.tell("reset");
    scene.ends();
    set_up();
    scene.hears_state(State::Ok).await;
    scene.recovered_now(OPEN_MS);
    stays_ok(&mut scene, "a new clock, 200 ppm slow", 3).await;
    assert_eq!(link.sent(), 0, "the interface's own count");
}

/// The driver asks the adapter to stop, and waits for its answer, before the kernel says that the link is down.
const CLOSE_MS: u64 = 1_000;

/// That frames come. Where the adapter answered too late while it was set up, the driver may hear nothing of it.
async fn begins_to_drive(scene: &mut Scene, link: &Interface) {
    for _ in 0..3 {
        if tokio::time::timeout(Duration::from_secs(8), scene.hears_state(State::Ok)).await.is_ok() {
            return;
        }
        println!("no speed after 8 s, {}; set up once more", link.received());
        link.down();
        set_up();
    }
    panic!("no speed");
}

/// A driver gives the adapter a second for each answer, which an emulated machine may need.
fn set_up() {
    let up = ["link", "set", NAME, "up", "type", "can", "bitrate", "500000", "listen-only", "on"];
    let tries = (0..5).any(|_| Command::new("ip").args(up).status().expect("ip is installed").success());
    assert!(tries, "{NAME} does not come up: ip's words are above");
}

/// That a client hears of speeds, and all but never of a number that is less than `ok`, for so many times 8 s.
async fn stays_ok(scene: &mut Scene, what: &str, looks_in_all: u32) {
    let (mut calm, mut disturbed) = (0, 0);
    scene.listener.pending().await;
    while calm < looks_in_all {
        let began = Instant::now();
        tokio::time::sleep(Duration::from_secs(8)).await;
        let heard = scene.listener.pending().await;
        let states: Vec<_> = heard.iter().filter_map(|heard| heard.state()).collect();
        let stalled = stall::stalled_since(began);
        // An emulated machine makes a service late by itself now and then. A wrong clock does for as long as it is wrong.
        let lost = states.iter().filter(|state| **state != "ok").count();
        if lost <= 3 && states.last().is_none_or(|last| *last == "ok") {
            calm += 1;
            continue;
        }
        disturbed += 1;
        let error = scene.diagnostics.last_error().await.expect("LastError");
        println!("{what}: heard {states:?}, {error:?}; the machine stood still for {stalled:?}: once more");
        assert!(disturbed < 5, "{what}: heard {states:?}: {error}");
        reached(&scene.speed, State::Ok).await;
        scene.listener.pending().await;
    }
}

/// From now on frames waited so long in the adapter; a client hears of it in time.
async fn late(scene: &mut Scene, adapter: &Adapter, order: u32, fault: &'static str, ms: u32, state: State) {
    (scene.row.order, scene.row.fault) = (order, fault);
    scene.listener.pending().await;
    scene.begins();
    adapter.tell(&format!("late {ms}"));
    scene.hears_state(state).await;
    scene.noticed_now(LATE_MS);
    scene.lasts_with_work().await;
}

/// Frames come at once again, and so does the speed.
async fn in_time(scene: &mut Scene, adapter: &Adapter) {
    scene.listener.pending().await;
    scene.ends();
    adapter.tell("late 0");
    scene.hears_state(State::Ok).await;
    scene.recovered_now(BACK_MS);
    scene.row.write();
}

/// What `LastError` says, which must be of late frames.
async fn word(scene: &Scene) -> String {
    let error = scene.diagnostics.last_error().await.expect("LastError");
    assert!(
        error.starts_with("frames reach this computer ") && error.ends_with("after they were received"),
        "{error}"
    );
    error
}

/// How old the number is where it is newest, ms.
async fn least_age_ms(scene: &Scene) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..5 {
        let stamp = scene.speed.timestamp().await.expect("Timestamp");
        least = least.min(wall_us().saturating_sub(stamp) as f64 / 1000.0);
        tokio::time::sleep(Duration::from_millis(33)).await;
    }
    least
}
