//! What the kernel tells with the frames: time stamps, drops, the size of its buffer.

mod common;
mod fault;

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::PATIENCE;
use common::listener::Heard;
use common::service::reached;
use fault::can::run;
use fault::scene::{BACK_MS, Scene};
use interfaces::State;
use nix::sys::signal::Signal;
use socketcan::{CanFrame, CanSocket, EmbeddedFrame, Socket, StandardId};
use zbus::Variant;

/// What the service asks for as root, 1 MiB, in the kernel's accounting, which doubles it: socket(7).
const BUFFER_BYTES: u64 = 2 << 20;

/// Frames of one burst: a bus of 500 kbit/s full of them for half a second.
const BURST: u32 = 2_400;

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn the_timestamp_is_that_of_candump() {
    let (scene, vcan, _node) = Scene::driving(31, "-", "can_stamp", 42).await;
    let candump = Command::new("candump")
        .args(["-L", "-n", "150", "-T", "20000", &vcan.0])
        .stdout(Stdio::piped())
        .spawn()
        .expect("can-utils are installed");
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut stamps = BTreeSet::new();
    let began = std::time::Instant::now();
    while stamps.len() < 5 {
        let now = scene.speed.timestamp().await.expect("Timestamp");
        stamps.insert(format!("({}.{:06})", now / 1_000_000, now % 1_000_000));
        assert!(began.elapsed() < PATIENCE, "no frame comes");
    }
    let output = candump.wait_with_output().expect("candump ends");
    let log = String::from_utf8(output.stdout).expect("text");
    let logged: BTreeSet<_> =
        log.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    assert!(stamps.is_subset(&logged), "{stamps:?} in {log}");
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn what_the_kernel_drops_is_counted_to_the_last_frame() {
    let fault = "the service does not run (SIGSTOP) during a burst";
    let (mut scene, vcan, node) = Scene::driving(32, fault, "can_drop", 42).await;
    node.silence();
    let buffer = receive_buffer(&scene).await.expect("the interface is up");
    let before = scene.received_in_all().await;
    scene.service.signal(Signal::SIGSTOP);
    // The kernel accounts several hundred bytes to a frame, so these cannot all fit.
    let sent = buffer / 200;
    let hex: String = fault::can::data(42.0).iter().map(|byte| format!("{byte:02X}")).collect();
    let count = sent.to_string();
    run("cangen", &[&vcan.0, "-I", "100", "-L", "8", "-D", &hex, "-g", "0", "-p", "10", "-n", &count]);
    scene.service.signal(Signal::SIGCONT);
    scene.received_in_all().await;
    // The kernel tells what it dropped with the next frame that it keeps.
    run("cansend", &[&vcan.0, &fault::can::text(42.0)]);
    let began = std::time::Instant::now();
    let (received, dropped) = loop {
        let received = scene.diagnostics.frames_received().await.expect("FramesReceived") - before;
        let dropped = scene.diagnostics.frames_dropped().await.expect("FramesDropped");
        if received + dropped == sent + 1 {
            break (received, dropped);
        }
        assert!(began.elapsed() < PATIENCE, "{received} received and {dropped} dropped of {sent} + 1");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(dropped > 0 && received > 100, "{received} received, {dropped} dropped");
    node.speak(42.0);
    reached(&scene.speed, State::Ok).await;
    scene.still_has_speed(42).await;
    scene.row.client = format!(
        "of {sent} frames {received} are decoded, in order, and {dropped} are in `FramesDropped`: none is lost in silence"
    );
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn a_burst_while_the_service_does_not_run_is_received_whole_and_is_not_taken_for_news() {
    let fault = "a burst of 2,400 frames, up to 45 km/h, while the service does not run (SIGSTOP)";
    let (mut scene, vcan, node) = Scene::driving(34, fault, "can_burst", 42).await;
    node.silence();
    // What a socket has that asks for nothing: it must lose a part, or this test shows nothing.
    let plain = CanSocket::open(&vcan.0).expect("the interface is up");
    plain.set_nonblocking(true).expect("a socket");
    let before = scene.received_in_all().await;
    scene.begins();
    scene.service.signal(Signal::SIGSTOP);
    let sender = CanSocket::open(&vcan.0).expect("the interface is up");
    for n in 0..BURST {
        let kmh = 42.0 + 3.0 * f64::from(n) / f64::from(BURST);
        let id = StandardId::new(0x100).expect("11 bits");
        sender.write_frame(&CanFrame::new(id, &fault::can::data(kmh)).expect("8 bytes")).expect("it is sent");
        // 3 km/h in a quarter of a second or more: a car can do that.
        if n % 100 == 0 {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    // All of it is then older than `stale_after_ms` (500).
    tokio::time::sleep(Duration::from_millis(600)).await;
    scene.service.signal(Signal::SIGCONT);
    scene.loses_speed(State::Stale, 10_000).await;
    scene.row.noticed_ms = None;
    let received = scene.received_in_all().await - before;
    assert_eq!(scene.diagnostics.frames_dropped().await.expect("FramesDropped"), 0);
    assert_eq!(received, u64::from(BURST));
    assert_eq!(scene.rejected("step").await, 0, "the burst is a drive that a car could do");
    for heard in scene.listener.pending().await {
        // Only why there is none may change, from silence to frames that come late.
        let Heard::Properties(changed) = &heard else {
            panic!("{heard:?}: what waited in the queue is no news")
        };
        assert!(changed.keys().eq(["StateReason"]), "{heard:?}: what waited in the queue is no news");
    }
    let kept = std::iter::from_fn(|| plain.read_frame().ok()).count();
    assert!(kept < BURST as usize, "a socket that asks for no buffer keeps all {kept} frames, too");
    scene.row.client += &format!(
        "; `FramesReceived` {received}, `FramesDropped` 0 (a socket with the kernel's usual buffer keeps {kept})"
    );
    scene.ends();
    node.speak(45.0);
    scene.has_speed_again(45, BACK_MS).await;
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn the_size_of_the_receive_buffer_is_told_while_there_is_one() {
    let vcan = fault::can::Interface::vcan("can_buffer");
    vcan.appears().await;
    // Not one frame is needed for it.
    let scene = Scene::on(33, "-", &vcan.0).await;
    let began = std::time::Instant::now();
    let bytes = loop {
        if let Some(bytes) = receive_buffer(&scene).await {
            break bytes;
        }
        assert!(began.elapsed() < PATIENCE, "no size");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(bytes, BUFFER_BYTES);
    vcan.down();
    while receive_buffer(&scene).await.is_some() {
        assert!(began.elapsed() < PATIENCE, "a size, and the interface is down");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn receive_buffer(scene: &Scene) -> Option<u64> {
    let configuration = scene.diagnostics.configuration().await.expect("Configuration");
    match **configuration.get("receive_buffer_bytes")? {
        Variant::U64(bytes) => Some(bytes),
        ref other => panic!("receive_buffer_bytes is {other:?}"),
    }
}
