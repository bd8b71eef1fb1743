//! Traffic that nobody should send: floods, foreign ids, damaged frames, two senders of one id.

mod common;
mod fault;

use std::time::{Duration, Instant};

use common::PATIENCE;
use common::listener::Heard;
use common::service::reached;
use fault::can::{Beside, Interface, Node, data};
use fault::scene::{BACK_MS, Scene, allowed_ms, ms_since, wall_us};
use interfaces::{SpeedError, State};

/// What D-Bus answers within, whatever happens on CAN, ms: longer would show in a cluster.
const ANSWER_MS: u64 = 100;

/// Readings that contradict each other are seen through after `persist_ms` (200), and the last speed is believed until
/// it is stale (500); then comes up to one more frame of each sender, and two ticks of the kernel.
const CONTRADICTION_MS: u64 = 200 + 500 + 100;

/// More memory than this is a leak, kB.
const GROWTH_KB: u64 = 1024;

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn a_bus_full_of_foreign_ids_wakes_nobody() {
    let fault = "CAN bus full of foreign ids";
    let (mut scene, vcan, node) = Scene::driving(21, fault, "can_full", 42).await;
    let _full = flood(&vcan.0, &["-I", "321", "-L", "8"]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    scene.begins();
    scene.lasts_with_work().await;
    scene.still_has_speed(42).await;
    assert!(!scene.listener.pending().await.iter().any(|heard| matches!(heard, Heard::Lost(_))));

    // Now nobody else speaks, so every wake-up is for the foreign frames.
    node.silence();
    reached(&scene.speed, State::Stale).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (waits, received) = (scene.process().waits(), vcan.received());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (waits, received) = (scene.process().waits() - waits, vcan.received() - received);
    assert!(received >= 3_000, "{received} foreign frames are no flood");
    assert!(waits <= 5, "woken {waits} times by {received} foreign frames");
    assert_eq!(scene.diagnostics.frames_ignored().await.expect("FramesIgnored"), 0);
    scene.row.client =
        format!("speed goes on; {received} foreign frames in 1 s woke the service {waits} times");
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn a_bus_full_of_the_wanted_id_with_one_speed() {
    let fault = "CAN bus full of the wanted id, always the same speed";
    let (mut scene, vcan, node) = Scene::driving(22, fault, "can_one", 42).await;
    let kb = scene.process().resident_kb();
    scene.begins();
    let full = full_bus(&vcan.0, &hex(42.0));
    flows(&vcan).await;
    node.silence();
    let slowest = scene.answers_in_time(ANSWER_MS).await;
    scene.lasts_with_work().await;
    let lost = scene.listener.pending().await.into_iter().find(|heard| matches!(heard, Heard::Lost(_)));
    let grown = scene.memory_is_flat(kb);
    let received = scene.diagnostics.frames_received().await.expect("FramesReceived");
    let dropped = scene.diagnostics.frames_dropped().await.expect("FramesDropped");
    let had_time = scene.had_time();
    // No wheel that turns says the same to the last bit for so long.
    let frozen = lost.as_ref().is_none_or(|heard| *heard == Heard::Lost("implausible".to_owned()));
    assert!(frozen && dropped == 0 || !had_time, "{lost:?}, {dropped} frames dropped");
    assert!(received >= 1_000, "{received} frames are no flood");
    let what = match (had_time, &lost) {
        (true, None) => "speed goes on",
        (true, Some(_)) => "`SpeedLost(\"implausible\")`: the speeds stand still to the last bit",
        (false, _) => "the machine had no time for all of it",
    };
    scene.row.client = format!("{what}; getSpeed answers within {slowest} ms; memory grew by {grown} kB");
    drop(full);
    node.speak(42.0);
    reached(&scene.speed, State::Ok).await;
    scene.still_has_speed(42).await;
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn a_bus_full_of_the_wanted_id_with_random_data() {
    let fault = "CAN bus full of the wanted id, random data";
    let (mut scene, vcan, node) = Scene::driving(23, fault, "can_random", 42).await;
    let kb = scene.process().resident_kb();
    let full = full_bus(&vcan.0, "r");
    flows(&vcan).await;
    scene.begins();
    node.silence();
    // Now and then some of it follows from the last speed, which is held meanwhile, ever less certain.
    let state = scene.loses_any_speed(CONTRADICTION_MS).await;
    let slowest = scene.answers_in_time(ANSWER_MS).await;
    scene.lasts_with_work().await;
    let grown = scene.memory_is_flat(kb);
    let back = scene.listener.pending().await.into_iter().find(|heard| matches!(heard, Heard::Changed(_)));
    let steps = scene.rejected("step").await;
    // A service that has no time for all of it sees one frame of many, and what it sees may fit together by chance.
    let had_time = scene.had_time();
    if had_time {
        assert_eq!(state, State::Implausible);
        assert!(back.is_none(), "nothing of it is believed while it goes on: {back:?}");
        assert!(steps > 0, "{steps} impossible steps");
        scene.has_no_speed(state).await;
    } else {
        scene.row.client = format!("`SpeedLost(\"{state}\")`; the machine had no time for all of it");
    }
    scene.row.client += &format!("; getSpeed answers within {slowest} ms; memory grew by {grown} kB");
    scene.ends();
    drop(full);
    if !had_time {
        // What waits in the queue comes first, however long that takes.
        scene.received_in_all().await;
        reached(&scene.speed, State::Stale).await;
        scene.listener.pending().await;
        scene.ends();
    }
    node.speak(42.0);
    scene.has_speed_again(42, BACK_MS).await;
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn more_of_the_wanted_id_than_any_bus_can_carry() {
    let fault = "the wanted id as fast as the kernel takes it, more than any CAN bus can carry";
    let (mut scene, vcan, node) = Scene::driving(26, fault, "can_flood", 42).await;
    node.silence();
    let kb = scene.process().resident_kb();
    let flood = flood(&vcan.0, &["-I", "100", "-L", "8", "-D", &hex(42.0)]);
    scene.begins();
    // The program that floods takes its share of the one CPU.
    let slowest = scene.answers_in_time(10 * ANSWER_MS).await;
    scene.lasts_with_work().await;
    let ages = scene.says_how_old_it_is().await;
    // Whoever reads what was true half a second ago says so.
    let other = scene.listener.pending().await.into_iter().find(|heard| match heard {
        Heard::Changed(kmh) => *kmh != 42,
        // `implausible`: the speeds stand still to the last bit.
        Heard::Lost(state) => state != "stale" && state != "implausible",
        _ => false,
    });
    assert_eq!(other, None);
    let grown = scene.memory_is_flat(kb);
    let received = scene.diagnostics.frames_received().await.expect("FramesReceived");
    let dropped = scene.diagnostics.frames_dropped().await.expect("FramesDropped");
    assert!(received >= 1_000, "{received} frames are no flood");
    if dropped > 0 {
        let error = scene.diagnostics.last_error().await.expect("LastError");
        assert!(error.contains("frames dropped by the kernel"), "{error}");
    }
    scene.row.client = format!(
        "{ages}; getSpeed answers within {slowest} ms; {dropped} `FramesDropped` of {}, and `LastError` says so; \
         memory grew by {grown} kB",
        received + dropped
    );
    drop(flood);
    node.speak(42.0);
    // What lies in the kernel's buffer is read first.
    reached(&scene.speed, State::Ok).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    scene.still_has_speed(42).await;
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn frames_of_the_wrong_length() {
    let fault = "frames of the right id with the wrong length, no others";
    let (mut scene, vcan, node) = Scene::driving(24, fault, "can_length", 42).await;
    scene.begins();
    node.silence();
    let short = Beside::start("cangen", &[&vcan.0, "-I", "100", "-L", "2", "-D", "6810", "-g", "20"]);
    scene.loses_speed(State::Stale, 500 + 50 + 20).await;
    scene.lasts().await;
    let rejected = scene.rejected("length").await;
    assert!(rejected >= 10, "{rejected} rejected for their length");
    scene.ends();
    drop(short);
    node.speak(42.0);
    scene.has_speed_again(42, BACK_MS).await;
    scene.row.write();
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn two_nodes_that_send_the_same_id() {
    let fault = "two nodes send the same id, 42 and 90 km/h";
    let (mut scene, vcan, _node) = Scene::driving(25, fault, "can_two", 42).await;
    scene.begins();
    let second = Node::on(&vcan.0, 90.0);
    let began = Instant::now();
    while let Ok(kmh) = scene.speed.get_speed().await {
        assert_eq!(kmh, 42, "never the second, and never a mean of both");
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "it goes on in spite of {}",
            scene.rejected("step").await
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    scene.loses_speed(State::Implausible, CONTRADICTION_MS).await;
    scene.lasts_with_work().await;
    assert_eq!(scene.listener.pending().await, [], "neither is believed");
    scene.ends();
    drop(second);
    // What jumped to and fro is believed again by evidence.
    scene.has_speed_again(42, 3_000).await;
    scene.row.write();
}

/// Waits until a frame has come in.
async fn flows(interface: &Interface) {
    let (before, began) = (interface.received(), Instant::now());
    // The node of the test sends 50 a second.
    while interface.received() < before + 200 {
        assert!(began.elapsed() < PATIENCE, "nothing flows");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// The data of the test car's message at this speed, as cangen takes it.
fn hex(kmh: f64) -> String {
    data(kmh).iter().map(|byte| format!("{byte:02X}")).collect()
}

/// 40 frames every 10 ms, as a bus of 500 kbit/s can carry (a kernel with a tick of 10 ms makes it every 20 ms).
fn full_bus(interface: &str, data: &str) -> Beside {
    Beside::start(
        "cangen",
        &[interface, "-g", "10", "-c", "40", "-p", "10", "-I", "100", "-L", "8", "-D", data],
    )
}

/// As fast as the kernel takes them.
fn flood(interface: &str, what: &[&str]) -> Beside {
    let mut arguments = vec![interface, "-g", "0", "-p", "10"];
    arguments.extend(what);
    Beside::start("cangen", &arguments)
}

impl Scene {
    /// Asks for two seconds; the slowest answer, ms.
    async fn answers_in_time(&mut self, limit_ms: u64) -> f64 {
        let (began, mut slowest) = (Instant::now(), 0.0_f64);
        while began.elapsed() < Duration::from_secs(2) {
            let asked = Instant::now();
            let _ = self.speed.get_speed().await;
            slowest = slowest.max(ms_since(asked));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let allowed_ms = allowed_ms(began, limit_ms);
        assert!(slowest <= allowed_ms, "an answer took {slowest} ms, allowed {allowed_ms}");
        slowest
    }

    /// Asks a hundred times: whoever gets a number gets one of a frame that is no older than `stale_after_ms` (500), and
    /// otherwise hears `stale`. Gives what was seen.
    async fn says_how_old_it_is(&mut self) -> String {
        let (mut fresh, mut stale, mut oldest_ms) = (0, 0, 0.0_f64);
        for _ in 0..100 {
            match self.speed.get_speed().await {
                Ok(kmh) => {
                    let asked = Instant::now();
                    let stamp_us = self.speed.timestamp().await.expect("Timestamp");
                    // Older by what the second question took; and the frame had its 500 ms before the first.
                    let age_ms = wall_us().saturating_sub(stamp_us) as f64 / 1000.0 - ms_since(asked);
                    let allowed_ms = allowed_ms(asked, 500 + ANSWER_MS);
                    assert!(
                        kmh == 42 && age_ms <= allowed_ms,
                        "{kmh} km/h is {age_ms} ms old, allowed {allowed_ms}"
                    );
                    (fresh, oldest_ms) = (fresh + 1, oldest_ms.max(age_ms));
                }
                Err(SpeedError::Stale(why)) => {
                    assert!(
                        why.contains("for ten cycles") || why.contains("reach this computer too late"),
                        "{why}"
                    );
                    stale += 1;
                }
                Err(SpeedError::Implausible(why)) => {
                    assert!(why.contains("stand still to the last bit"), "{why}");
                    stale += 1;
                }
                Err(other) => panic!("{other}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        match (fresh, stale) {
            (_, 0) => format!("speed goes on, from frames of {oldest_ms:.0} ms ago at most"),
            (0, _) => {
                "`SpeedLost`: what is read has waited too long, or stands still to the last bit".to_owned()
            }
            _ => format!(
                "{fresh} answers of 100 a speed, from frames of {oldest_ms:.0} ms ago at most, the others an error"
            ),
        }
    }

    /// How much memory was taken since it was this much, kB.
    fn memory_is_flat(&self, before_kb: u64) -> u64 {
        let grown = self.process().resident_kb().saturating_sub(before_kb);
        assert!(grown <= GROWTH_KB, "memory grew by {grown} kB");
        grown
    }
}
