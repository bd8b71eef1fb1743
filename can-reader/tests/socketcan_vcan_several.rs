//! Several interfaces as one source, on a real kernel.
//!
//! Each test makes its own vcan interfaces with `ip link` and sends with can-utils.

mod vcan;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use can_reader::source::SeveralCan;
use can_reader::{Event, Frame, FrameId, FrameSource};
use vcan::{Vcan, turn};

const A: FrameId = FrameId::Standard(0x100);
const B: FrameId = FrameId::Standard(0x200);

/// A source that is open on both: A is wanted from the first, B from the second.
async fn open(a: &Vcan, b: &Vcan) -> SeveralCan {
    let mut source = SeveralCan::new(&[a.0.to_owned(), b.0.to_owned()]);
    source.want_each(&[vec![A.into()], vec![B.into()]]);
    silence(&mut source, 20).await;
    assert!(source.receive_buffer_bytes().is_some());
    source
}

async fn silence(source: &mut SeveralCan, ms: u64) {
    let deadline = source.now() + Duration::from_millis(ms);
    assert_eq!(source.next(Some(deadline)).await, Event::Deadline);
}

async fn next(source: &mut SeveralCan) -> Event {
    tokio::time::timeout(Duration::from_secs(30), source.next(None)).await.expect("something comes")
}

async fn frame(source: &mut SeveralCan) -> Frame {
    match next(source).await {
        Event::Frame(frame) => frame,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn each_id_comes_from_its_own_interface_and_all_in_order() {
    let _turn = turn().await;
    let (a, b) = (Vcan::new("vs_a"), Vcan::new("vs_b"));
    let mut source = open(&a, &b).await;
    a.send("200#01");
    b.send("100#01");
    silence(&mut source, 100).await;
    // How the two clocks lie is known from the last frame, however long the next ones wait.
    a.send("100#FF");
    frame(&mut source).await;
    b.send("200#FF");
    frame(&mut source).await;
    // The process does not run: all lies in two queues.
    for n in 0..20 {
        if n % 3 == 0 { a.send(&format!("100#{n:02X}")) } else { b.send(&format!("200#{n:02X}")) }
    }
    std::thread::sleep(Duration::from_millis(50));
    let mut last = Duration::ZERO;
    for n in 0..20 {
        let frame = frame(&mut source).await;
        assert_eq!((frame.id, &*frame.payload), (if n % 3 == 0 { A } else { B }, &[n][..]));
        assert!(frame.stamp.at >= last, "{frame:?} after {last:?}");
        last = frame.stamp.at;
    }
    silence(&mut source, 50).await;
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-kernel cargo test ... -- --ignored"]
async fn under_a_flood_on_one_the_other_is_heard_lost_and_found_again() {
    let _turn = turn().await;
    let (a, b) = (Vcan::new("vs_flood"), Vcan::new("vs_quiet"));
    let mut source = open(&a, &b).await;
    let mut cangen = Command::new("cangen")
        .args([a.0, "-I", "100", "-g", "0", "-p", "10"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut flood = 0;
    b.send("200#01");
    let heard =
        until(&mut source, &mut flood, |event| matches!(event, Event::Frame(frame) if frame.id == B)).await;
    Vcan::down(b.0);
    let lost = until(&mut source, &mut flood, |event| matches!(event, Event::PartDown { .. })).await;
    Vcan::up(b.0);
    let found = until(&mut source, &mut flood, |event| matches!(event, Event::PartUp { .. })).await;
    b.send("200#02");
    until(&mut source, &mut flood, |event| matches!(event, Event::Frame(frame) if frame.id == B)).await;
    cangen.kill().unwrap();
    cangen.wait().unwrap();
    println!("among {flood} frames: heard after {heard:?}, lost after {lost:?}, found after {found:?}");
    assert!(flood > 100, "{flood} frames are no flood");
}

/// Reads until this event; frames of the flood are counted. How long it took.
async fn until(source: &mut SeveralCan, flood: &mut u32, is_it: impl Fn(&Event) -> bool) -> Duration {
    let start = Instant::now();
    loop {
        assert!(start.elapsed() < Duration::from_secs(30), "the flood drowns it");
        let event = next(source).await;
        if is_it(&event) {
            return start.elapsed();
        }
        match event {
            Event::Frame(frame) if frame.id == A => *flood += 1,
            Event::Dropped(_) => {}
            other => panic!("{other:?}"),
        }
    }
}
