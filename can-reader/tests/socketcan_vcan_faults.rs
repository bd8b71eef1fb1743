//! What the SocketCAN source makes of every fault of the link, on a real kernel.
//!
//! Each test makes its own vcan interface with `ip link` and sends with can-utils.

mod vcan;

use std::process::{Command, Stdio};
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use can_reader::Event;
use can_reader::source::SocketCan;
use vcan::{Vcan, frame, ip, link_down, next, open, run, silence, turn, waits};

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn an_interface_that_appears_late_is_opened() {
    let _turn = turn().await;
    let name = "vc_absent";
    let mut source = SocketCan::new(name);
    let reason = link_down(&mut source).await;
    assert!(reason.contains("there is no interface vc_absent"), "{reason}");
    let before = waits();
    silence(&mut source, 500).await;
    let woken = waits() - before;
    assert!(woken <= 10, "woken {woken} times while the interface was absent");
    // Another interface that comes and goes is nothing new.
    drop(Vcan::new("vc_unrelated"));
    silence(&mut source, 200).await;
    Vcan::make(name);
    let vcan = Vcan(name);
    let reason = link_down(&mut source).await;
    assert!(reason.contains("vc_absent is down") && reason.contains("ip link set vc_absent up"), "{reason}");
    let start = Instant::now();
    Vcan::up(name);
    assert_eq!(next(&mut source).await, Event::LinkUp);
    println!("seen up after {:?}", start.elapsed());
    vcan.send("1D0#01");
    frame(&mut source).await;
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn down_and_up_again_and_again() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_updown");
    let mut source = open(vcan.0).await;
    for round in 0..5 {
        let start = Instant::now();
        Vcan::down(vcan.0);
        let reason = link_down(&mut source).await;
        let noticed = start.elapsed();
        assert!(reason.contains("vc_updown is down"), "{reason}");
        silence(&mut source, 150).await;
        assert_eq!(source.receive_buffer_bytes(), None);
        let start = Instant::now();
        Vcan::up(vcan.0);
        assert_eq!(next(&mut source).await, Event::LinkUp);
        println!("down noticed after {noticed:?}, up after {:?}", start.elapsed());
        vcan.send(&format!("1D0#0{round}"));
        assert_eq!(*frame(&mut source).await.payload, [round]);
    }
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn a_flap_that_is_over_before_anyone_looks_is_survived() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_flap");
    let mut source = open(vcan.0).await;
    Vcan::down(vcan.0);
    Vcan::up(vcan.0);
    link_down(&mut source).await;
    assert_eq!(next(&mut source).await, Event::LinkUp);
    vcan.send("1D0#01");
    frame(&mut source).await;
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn deleted_and_made_again_under_the_same_name() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_again");
    let mut source = open(vcan.0).await;
    for round in 0..3 {
        Vcan::delete(vcan.0);
        let reason = link_down(&mut source).await;
        assert!(reason.contains("there is no interface vc_again"), "{reason}");
        silence(&mut source, 150).await;
        Vcan::make(vcan.0);
        Vcan::up(vcan.0);
        // Between the two commands it may be seen down.
        while next(&mut source).await != Event::LinkUp {}
        vcan.send(&format!("1D0#0{round}"));
        assert_eq!(*frame(&mut source).await.payload, [round]);
    }
    // So fast that nobody looks in between. Often, as it is by chance which word of it is heard first.
    for _ in 0..12 {
        silence(&mut source, 10).await;
        Vcan::delete(vcan.0);
        Vcan::make(vcan.0);
        Vcan::up(vcan.0);
        link_down(&mut source).await;
        while next(&mut source).await != Event::LinkUp {}
        vcan.send("1D0#09");
        assert_eq!(*frame(&mut source).await.payload, [9]);
    }
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn renamed_away_and_back() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_name");
    let mut source = open(vcan.0).await;
    Vcan::down(vcan.0);
    ip(&["link", "set", vcan.0, "name", "vc_other"]);
    Vcan::up("vc_other");
    loop {
        let reason = link_down(&mut source).await;
        if reason.contains("there is no interface vc_name") && reason.contains("vc_other") {
            break;
        }
    }
    // The interface is up and carries frames, but its name is not ours.
    run("cansend", &["vc_other", "1D0#01"]);
    silence(&mut source, 150).await;
    Vcan::down("vc_other");
    ip(&["link", "set", "vc_other", "name", vcan.0]);
    Vcan::up(vcan.0);
    while next(&mut source).await != Event::LinkUp {}
    vcan.send("1D0#02");
    assert_eq!(*frame(&mut source).await.payload, [2]);
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn bus_off_takes_the_link_down_until_a_restart_or_a_frame() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_busoff");
    let mut source = open(vcan.0).await;
    for (cure, is_frame) in [("20000100#0000000000000000", false), ("1D0#01", true)] {
        vcan.send("20000040#0000000000000000");
        assert_eq!(next(&mut source).await, Event::ErrorFrame("bus-off".to_owned()));
        let reason = link_down(&mut source).await;
        assert!(reason.contains("bus-off") && reason.contains("restart-ms 100"), "{reason}");
        silence(&mut source, 250).await;
        vcan.send(cure);
        if is_frame {
            assert_eq!(next(&mut source).await, Event::LinkUp);
            frame(&mut source).await;
        } else {
            assert_eq!(next(&mut source).await, Event::ErrorFrame("controller restarted".to_owned()));
            assert_eq!(next(&mut source).await, Event::LinkUp);
        }
    }
    // Also down and up make an end of it.
    vcan.send("20000040#0000000000000000");
    assert_eq!(next(&mut source).await, Event::ErrorFrame("bus-off".to_owned()));
    link_down(&mut source).await;
    Vcan::down(vcan.0);
    assert!(link_down(&mut source).await.contains("is down"));
    Vcan::up(vcan.0);
    assert_eq!(next(&mut source).await, Event::LinkUp);
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn a_carrier_that_goes_is_noticed_and_one_that_comes() {
    let _turn = turn().await;
    ip(&["link", "add", "vc_near", "type", "vxcan", "peer", "name", "vc_far"]);
    let pair = Vcan("vc_near");
    Vcan::up("vc_near");
    let mut source = SocketCan::new("vc_near");
    assert!(link_down(&mut source).await.contains("vc_near has no carrier"));
    for _ in 0..2 {
        Vcan::up("vc_far");
        assert_eq!(next(&mut source).await, Event::LinkUp);
        run("cansend", &["vc_far", "1D0#01"]);
        frame(&mut source).await;
        Vcan::down("vc_far");
        assert!(link_down(&mut source).await.contains("vc_near has no carrier"));
    }
    drop(pair);
    assert!(link_down(&mut source).await.contains("there is no interface"));
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn under_a_flood_other_tasks_run_and_a_lost_link_is_noticed() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_flood");
    let mut source = open(vcan.0).await;
    let turns = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counter = turns.clone();
    let other = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(10)).await;
            counter.fetch_add(1, Relaxed);
        }
    });
    let mut cangen = Command::new("cangen")
        .args([vcan.0, "-I", "1D0", "-g", "0", "-p", "10"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let mut frames = 0u32;
    // On a slow machine it takes longer; if they starve, for ever.
    while turns.load(Relaxed) < 20 && start.elapsed() < Duration::from_secs(10) {
        match next(&mut source).await {
            Event::Frame(_) => frames += 1,
            Event::Dropped(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let start = Instant::now();
    Vcan::down(vcan.0);
    while !matches!(next(&mut source).await, Event::LinkDown(_)) {}
    println!("{frames} frames; down noticed after {:?}", start.elapsed());
    cangen.kill().unwrap();
    cangen.wait().unwrap();
    other.abort();
    let turns = turns.load(Relaxed);
    assert!(frames > 100 && turns >= 20, "{frames} frames, {turns} turns of another task");
}
