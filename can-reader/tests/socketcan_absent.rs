//! What the SocketCAN source says where no frame can come from: on any kernel, with or without CAN.

#![allow(clippy::unwrap_used)] // helpers of tests: to panic is to fail

use std::time::Duration;

use can_reader::source::SocketCan;
use can_reader::{Event, FrameId, FrameSource};

async fn first_event(interface: &str) -> String {
    let mut source = SocketCan::new(interface);
    source.want(&[FrameId::Standard(0x1D0).into()]);
    match tokio::time::timeout(Duration::from_secs(5), source.next(None)).await.unwrap() {
        Event::LinkDown(reason) => {
            assert_eq!(source.receive_buffer_bytes(), None);
            reason
        }
        other => panic!("{interface}: {other:?}"),
    }
}

#[tokio::test]
async fn a_missing_interface_is_named_with_the_remedy() {
    let reason = first_event("cardash9").await;
    // Without CAN in the kernel that is the greater fault, and the one to mend first.
    let missing = reason.contains("there is no interface cardash9") && reason.contains("plug the adapter in");
    let no_can = reason.contains("this kernel has no SocketCAN") && reason.contains("modprobe can-raw");
    assert!(missing || no_can, "{reason}");
}

#[tokio::test]
async fn an_interface_of_the_wrong_kind_is_named() {
    let reason = first_event("lo").await;
    assert!(reason.starts_with("lo is the loopback interface, not a CAN interface"), "{reason}");
}

#[tokio::test]
async fn names_that_cannot_be_are_refused() {
    assert!(first_event("").await.contains("no interface is named"));
    for name in ["interface_with_a_long_name", "../lo", "a b", "can0\n"] {
        assert!(first_event(name).await.contains("cannot be an interface"), "{name:?}");
    }
}

#[tokio::test]
async fn while_the_link_is_down_deadlines_come_and_the_reason_is_told_once() {
    let mut source = SocketCan::new("lo");
    assert_eq!(source.name(), "lo");
    assert!(matches!(source.next(None).await, Event::LinkDown(_)));
    for _ in 0..10 {
        let deadline = source.now() + Duration::from_millis(50);
        assert_eq!(source.next(Some(deadline)).await, Event::Deadline);
        assert!(source.now() >= deadline);
    }
    // A deadline that has passed comes at once.
    assert_eq!(source.next(Some(Duration::ZERO)).await, Event::Deadline);
}
