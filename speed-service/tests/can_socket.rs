//! What the kernel tells with the frames: time stamps, drops, the size of its buffer.

mod common;
mod fault;

use std::process::{Command, Stdio};
use std::time::Duration;

use common::PATIENCE;
use fault::can::run;
use fault::scene::{BACK_MS, Scene};
use nix::sys::signal::Signal;
use zbus::Variant;

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn the_timestamp_is_that_of_candump() {
    let (scene, vcan, node) = Scene::driving(31, "-", "can_stamp", 42).await;
    node.silence();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let candump = Command::new("candump")
        .args(["-L", "-n", "5", "-T", "20000", &vcan.0])
        .stdout(Stdio::piped())
        .spawn()
        .expect("can-utils are installed");
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut stamps = Vec::new();
    for _ in 0..5 {
        let before = scene.speed.timestamp().await.expect("Timestamp");
        run("cansend", &[&vcan.0, &fault::can::text(42.0)]);
        let began = std::time::Instant::now();
        loop {
            let now = scene.speed.timestamp().await.expect("Timestamp");
            if now != before {
                stamps.push(format!("({}.{:06})", now / 1_000_000, now % 1_000_000));
                break;
            }
            assert!(began.elapsed() < PATIENCE, "the frame does not come");
        }
    }
    let output = candump.wait_with_output().expect("candump ends");
    let log = String::from_utf8(output.stdout).expect("text");
    let logged: Vec<_> = log.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(logged, stamps, "{log}");
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn what_the_kernel_drops_is_counted_to_the_last_frame() {
    let fault = "the service does not run (SIGSTOP) during a burst";
    let (mut scene, vcan, node) = Scene::driving(32, fault, "can_drop", 42).await;
    node.silence();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let buffer = receive_buffer(&scene).await.expect("the interface is up");
    let before = scene.diagnostics.frames_received().await.expect("FramesReceived");
    scene.service.signal(Signal::SIGSTOP);
    // The kernel accounts several hundred bytes to a frame, so these cannot all fit.
    let sent = buffer / 200;
    let hex: String = fault::can::data(42.0).iter().map(|byte| format!("{byte:02X}")).collect();
    let count = sent.to_string();
    run("cangen", &[&vcan.0, "-I", "100", "-L", "8", "-D", &hex, "-g", "0", "-p", "10", "-n", &count]);
    scene.ends();
    scene.service.signal(Signal::SIGCONT);
    tokio::time::sleep(Duration::from_millis(BACK_MS)).await;
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
    scene.still_has_speed(42).await;
    scene.row.client = format!(
        "of {sent} frames {received} are decoded, in order, and {dropped} are in `FramesDropped`: none is lost in silence"
    );
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
    while receive_buffer(&scene).await.is_none_or(|bytes| bytes < 100_000) {
        assert!(began.elapsed() < PATIENCE, "no size");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
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
