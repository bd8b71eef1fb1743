//! Two recordings of real cars, replayed.

#![allow(clippy::unwrap_used)] // helpers of tests: to panic is to fail

use std::path::PathBuf;
use std::time::Duration;

use can_reader::source::{Rate, Replay, ReplayOptions};
use can_reader::{Event, FrameId, FrameSource};

/// Every event with the source's clock, run as the service does with `stale_after_ms` = 500 on 0x1D0.
async fn events(log: &str, rate: Rate) -> Vec<(Event, Duration)> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/captures")).join(log);
    let mut source = Replay::open(&path, ReplayOptions { rate, ..ReplayOptions::default() }).unwrap();
    let mut deadline = None;
    let mut events = Vec::new();
    while !matches!(events.last(), Some((Event::End, _))) {
        let event = source.next(deadline).await;
        match event {
            Event::Frame(frame) if frame.id == FrameId::Standard(0x1D0) => {
                deadline = Some(frame.stamp.at + Duration::from_millis(500));
            }
            Event::Deadline => deadline = None,
            _ => {}
        }
        events.push((event, source.now()));
    }
    events
}

fn count(events: &[(Event, Duration)], wanted: fn(&Event) -> bool) -> usize {
    events.iter().filter(|(event, _)| wanted(event)).count()
}

#[tokio::test]
#[cfg_attr(not(captures), ignore = "needs ../shared/captures, the recordings of real cars")]
async fn the_drive_has_its_frames_and_its_seventeen_gaps_at_any_rate() {
    let fast = events("civic_type_r_2019_drive.log", Rate::Max).await;
    assert_eq!(count(&fast, |event| matches!(event, Event::Frame(_))), 28_835);
    assert_eq!(count(&fast, |event| matches!(event, Event::Deadline)), 17);
    assert_eq!(count(&fast, |event| matches!(event, Event::Damaged(_))), 0);
    assert!(fast.is_sorted_by_key(|(_, at)| *at));
    // A hundred times as fast as the car drove: two thirds of a second, gaps and all.
    assert!(fast == events("civic_type_r_2019_drive.log", Rate::Times(100.0)).await);
}

#[tokio::test]
#[cfg_attr(not(captures), ignore = "needs ../shared/captures, the recordings of real cars")]
async fn the_car_on_the_lift_has_its_frames() {
    let events = events("civic_8g_on_lift.log", Rate::Max).await;
    assert_eq!(count(&events, |event| matches!(event, Event::Frame(_))), 33_740);
    assert_eq!(count(&events, |event| matches!(event, Event::Damaged(_))), 0);
}
