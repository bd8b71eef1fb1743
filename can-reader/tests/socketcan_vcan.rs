//! What the SocketCAN source reads on a real kernel: frames, filters, time stamps, drops, floods.
//!
//! Each test makes its own vcan interface with `ip link` and sends with can-utils.

mod vcan;

use std::process::Command;
use std::time::{Duration, Instant};

use can_reader::{Event, FrameId, FrameKind, FrameSource, IdFilter};
use vcan::{Told, Vcan, WANTED, frame, next, open, received, run, silence, turn, waits, wall_us};

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn wanted_frames_of_every_kind_come_and_others_do_not() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_kinds");
    let mut source = open(vcan.0).await;
    for foreign in ["1D1#01", "1D0#R", "1D0#R8", "000001D0#01", "18FEBF0C#01", "70B##1AA", "0FEBF0B0#00"] {
        vcan.send(foreign);
    }
    silence(&mut source, 100).await;
    vcan.send("1D0#0011223344556677");
    let classical = frame(&mut source).await;
    assert_eq!((classical.id, classical.kind), (WANTED, FrameKind::Classical));
    assert_eq!(*classical.payload, [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]);
    vcan.send("1D0#");
    assert!(frame(&mut source).await.payload.is_empty());
    vcan.send("18FEBF0B#0102");
    let extended = frame(&mut source).await;
    assert_eq!((extended.id, &*extended.payload), (FrameId::Extended(0x18FE_BF0B), &[1, 2][..]));
    vcan.send(&format!("1D0##1{}", "5A".repeat(64)));
    let fd = frame(&mut source).await;
    assert_eq!((fd.id, fd.kind, &*fd.payload), (WANTED, FrameKind::Fd, &[0x5A; 64][..]));
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn the_wanted_ids_can_change_while_it_runs() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_want");
    let mut source = open(vcan.0).await;
    source.want(&[FrameId::Standard(0x123).into()]);
    vcan.send("1D0#01");
    vcan.send("123#02");
    assert_eq!(frame(&mut source).await.id, FrameId::Standard(0x123));
    source.want(&[]);
    vcan.send("123#02");
    silence(&mut source, 100).await;
    source.want(&(0..600).map(|id| FrameId::Standard(id).into()).collect::<Vec<_>>());
    vcan.send("123#02");
    assert_eq!(frame(&mut source).await.id, FrameId::Standard(0x123));
}

/// Of a truck's bus only the groups that are wanted: any priority and, of CCVS1, any source address; of PDU1 any
/// destination.
#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn of_j1939_only_the_wanted_groups_wake_the_process() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_j1939");
    let mut source = open(vcan.0).await;
    source.want(&[
        IdFilter::pgn(65265, None),
        IdFilter::pgn(65215, Some(0x0B)),
        IdFilter::pgn(59904, None),
        // Within the first: the kernel holds one filter for both, and no frame comes twice.
        IdFilter::pgn(65265, Some(0)),
    ]);
    for foreign in
        ["18FEF000#01", "19FEF100#01", "18FEBF00#01", "18EBFF00#01", "18FEF100#R", "100#01", "7F1#01"]
    {
        vcan.send(foreign);
    }
    // The rest of a busy bus: 65520 to 65535 are other groups.
    let mut cangen =
        Command::new("cangen").args([vcan.0, "-e", "-I", "18FFFF00", "-g", "0", "-p", "10"]).spawn().unwrap();
    silence(&mut source, 50).await;
    let (before, sent) = (waits(), received(vcan.0));
    silence(&mut source, 400).await;
    let (woken, foreign) = (waits() - before, received(vcan.0) - sent);
    println!("{foreign} frames of other groups: woken {woken} times");
    assert!(foreign > 1000);
    assert!(woken <= 5, "woken {woken} times");
    for wanted in [0x18FE_F100, 0x18FE_F121, 0x0CFE_F1FD, 0x18FE_BF0B, 0x0CFE_BF0B, 0x18EA_FF01, 0x18EA_0002]
    {
        vcan.send(&format!("{wanted:08X}#01"));
        assert_eq!(frame(&mut source).await.id, FrameId::Extended(wanted));
    }
    cangen.kill().unwrap();
    cangen.wait().unwrap();
    silence(&mut source, 50).await;
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn foreign_traffic_does_not_wake_the_process() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_foreign");
    let mut source = open(vcan.0).await;
    let mut cangen =
        Command::new("cangen").args([vcan.0, "-I", "321", "-g", "0", "-p", "10"]).spawn().unwrap();
    // The clock starts when the flood has: to start a program costs switches of its own.
    silence(&mut source, 50).await;
    let (before, sent) = (waits(), received(vcan.0));
    silence(&mut source, 400).await;
    let (woken, foreign) = (waits() - before, received(vcan.0) - sent);
    // The same flood, wanted: so it would be without the filter.
    source.want(&[FrameId::Standard(0x321).into()]);
    let (start, mut frames) = (Instant::now(), 0);
    while frames <= 100 && start.elapsed() < Duration::from_secs(10) {
        frames += u32::from(matches!(next(&mut source).await, Event::Frame(_)));
    }
    cangen.kill().unwrap();
    cangen.wait().unwrap();
    println!(
        "{foreign} foreign frames: woken {woken} times; {frames} of them in {:?} when wanted",
        start.elapsed()
    );
    assert!(foreign > 1000 && frames > 100);
    assert!(woken <= 5, "woken {woken} times");
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn a_frame_has_the_time_at_which_the_kernel_received_it() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_stamp");
    let mut source = open(vcan.0).await;
    let (sent_at, sent_us) = (source.now(), wall_us());
    vcan.send("1D0#01");
    let (done_at, done_us) = (source.now(), wall_us());
    // The process does not run for a while: the frame is no younger for that.
    std::thread::sleep(Duration::from_millis(300));
    let stamp = frame(&mut source).await.stamp;
    assert!((sent_us..=done_us).contains(&stamp.wall_us), "{sent_us} {stamp:?} {done_us}");
    let slack = Duration::from_millis(2);
    assert!(stamp.at + slack >= sent_at && stamp.at <= done_at + slack, "{sent_at:?} {stamp:?} {done_at:?}");
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn frames_that_waited_come_before_a_deadline_that_passed_meanwhile() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_late");
    let mut source = open(vcan.0).await;
    vcan.send("1D0#01");
    vcan.send("1D0#02");
    let deadline = source.now() + Duration::from_millis(50);
    std::thread::sleep(Duration::from_millis(300));
    vcan.send("1D0#03");
    for data in [1, 2] {
        let Event::Frame(frame) = source.next(Some(deadline)).await else {
            panic!("deadline before frame {data}")
        };
        assert_eq!(*frame.payload, [data]);
    }
    assert_eq!(source.next(Some(deadline)).await, Event::Deadline);
    assert_eq!(*frame(&mut source).await.payload, [3]);
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn frames_dropped_by_the_kernel_are_counted() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_drop");
    let mut source = open(vcan.0).await;
    let buffer = source.receive_buffer_bytes().unwrap();
    // The kernel accounts several hundred bytes to a frame, so these cannot all fit.
    let sent = (buffer / 200).to_string();
    run("cangen", &[vcan.0, "-I", "1D0", "-L", "8", "-g", "0", "-p", "10", "-n", &sent]);
    let mut told = Told::default();
    told.drain(&mut source).await;
    // The kernel tells what it dropped with the next frame that it keeps.
    vcan.send("1D0#FF");
    told.drain(&mut source).await;
    println!("buffer {buffer} bytes: {told:?} of {sent} + 1");
    assert!(told.dropped > 0 && told.frames > 100);
    assert_eq!(told.frames + told.dropped, sent.parse::<u64>().unwrap() + 1);
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn error_frames_are_told_in_words_and_leave_the_link() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_error");
    let mut source = open(vcan.0).await;
    for (frame, words) in [
        ("20000004#0010000000000000", "error-passive (receive)"),
        ("20000088#0000040000000000", "stuff error, bus error"),
        ("20000020#0000000000000000", "no acknowledgement: no other node listens at this bit rate"),
    ] {
        vcan.send(frame);
        assert_eq!(next(&mut source).await, Event::ErrorFrame(words.to_owned()));
    }
    silence(&mut source, 100).await;
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn a_storm_of_error_frames_is_read_to_its_end_and_frames_among_it() {
    let _turn = turn().await;
    let vcan = Vcan::new("vc_storm");
    let mut source = open(vcan.0).await;
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut lines = String::new();
    for n in 0..20_000u32 {
        let frame = if n % 100 == 99 { "1D0#01" } else { "20000088#0000040000000000" };
        lines += &format!("(1000.{n:06}) can0 {frame}\n");
    }
    std::fs::write(log.path(), lines).unwrap();
    let mut player = Command::new("canplayer")
        .args(["-t", "-I", log.path().to_str().unwrap(), "vc_storm=can0"])
        .spawn()
        .unwrap();
    let mut told = Told::default();
    while player.try_wait().unwrap().is_none() {
        told.drain(&mut source).await;
    }
    told.drain(&mut source).await;
    // The kernel tells what it dropped with the next frame that it keeps.
    vcan.send("1D0#FF");
    told.drain(&mut source).await;
    println!("{told:?}");
    assert_eq!(told.errors + told.frames + told.dropped, 20_001);
    assert!(told.frames > 1 && told.errors > 100);
}
