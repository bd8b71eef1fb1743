//! What is made of what the interfaces say, without any: their events are put where they would lie.

use std::time::Duration;

use super::*;
use crate::frame::{Frame, FrameKind, Payload, Stamp};

const A: FrameId = FrameId::Standard(0x100);
const B: FrameId = FrameId::Standard(0x200);
/// Later than every frame here.
const AFTER_ALL: Duration = Duration::from_millis(60);

fn frame(id: FrameId, ms: u64) -> Event {
    let stamp = Stamp { wall_us: 0, at: Duration::from_millis(ms) };
    Event::Frame(Frame { stamp, id, kind: FrameKind::Classical, payload: Payload::empty() })
}

fn down(why: &str) -> Event {
    Event::LinkDown(why.to_owned())
}

fn part_down(interface: &str, id: FrameId, reason: &str) -> Event {
    Event::PartDown { interface: interface.to_owned(), ids: vec![id.into()], reason: reason.to_owned() }
}

/// Two interfaces, the first with [`A`], the second with [`B`], that look at nothing.
fn two() -> SeveralCan {
    let mut source = SeveralCan::new(&["a".to_owned(), "b".to_owned()]);
    source.want_each(&[vec![A.into()], vec![B.into()]]);
    for member in &mut source.members {
        member.source.started = true;
    }
    source
}

impl SeveralCan {
    fn says(&mut self, from: usize, events: impl IntoIterator<Item = Event>) {
        self.members[from].source.events.extend(events);
    }

    /// What comes until nothing lies ready.
    async fn all(&mut self) -> Vec<Event> {
        let mut all = Vec::new();
        loop {
            match self.next(Some(AFTER_ALL)).await {
                Event::Deadline => return all,
                event => all.push(event),
            }
        }
    }
}

#[tokio::test]
async fn frames_come_in_the_order_of_their_times() {
    let mut source = two();
    source.says(0, [1, 2, 5, 9].map(|ms| frame(A, ms)));
    source.says(1, [3, 4, 6, 7, 8].map(|ms| frame(B, ms)));
    let times: Vec<_> = source
        .all()
        .await
        .into_iter()
        .map(|event| match event {
            Event::Frame(frame) => frame.stamp.at.as_millis(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(times, (1..=9).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_deadline_comes_after_what_was_before_it_on_any_interface() {
    let mut source = two();
    source.says(0, [frame(A, 3), frame(A, 8)]);
    source.says(1, [frame(B, 5), frame(B, 9)]);
    let deadline = Some(Duration::from_millis(5));
    assert_eq!(source.next(deadline).await, frame(A, 3));
    assert_eq!(source.next(deadline).await, frame(B, 5));
    assert_eq!(source.next(deadline).await, Event::Deadline);
    assert_eq!(source.next(None).await, frame(A, 8));
}

#[tokio::test]
async fn a_frame_that_belongs_to_the_other_interface_is_foreign() {
    let mut source = two();
    source.says(0, [frame(B, 1), frame(A, 2), frame(FrameId::Extended(0x100), 3)]);
    source.says(1, [frame(A, 1), frame(B, 4)]);
    assert_eq!(source.all().await, [frame(A, 2), frame(B, 4)]);
    // It may be the other way round in another profile.
    source.want_each(&[vec![B.into()], vec![A.into()]]);
    source.says(0, [frame(A, 11), frame(B, 12)]);
    assert_eq!(source.all().await, [frame(B, 12)]);
}

#[tokio::test]
async fn a_part_is_lost_and_then_all_and_one_by_one_they_come_back() {
    let mut source = two();
    source.says(0, [down("a is down")]);
    assert_eq!(source.all().await, [part_down("a", A, "a is down")]);
    source.says(1, [down("b is down")]);
    assert_eq!(source.all().await, [down("a is down; b is down")]);
    // Another reason is told.
    source.says(0, [down("a is gone")]);
    assert_eq!(source.all().await, [down("a is gone; b is down")]);
    source.says(1, [Event::LinkUp, frame(B, 50)]);
    assert_eq!(source.all().await, [Event::LinkUp, part_down("a", A, "a is gone"), frame(B, 50)]);
    source.says(0, [Event::LinkUp]);
    assert_eq!(source.all().await, [Event::PartUp { interface: "a".to_owned() }]);
}

#[tokio::test]
async fn what_is_down_is_told_again_when_other_ids_are_wanted() {
    let mut source = two();
    source.says(1, [down("b is down")]);
    assert_eq!(source.all().await, [part_down("b", B, "b is down")]);
    source.want_each(&[vec![B.into()], vec![A.into()]]);
    assert_eq!(source.all().await, [part_down("b", A, "b is down")]);
}

#[tokio::test]
async fn an_error_frame_names_its_interface_and_a_loss_is_passed_on() {
    let mut source = two();
    source.says(1, [Event::ErrorFrame("bus-off".to_owned()), Event::Dropped(7), frame(B, 1)]);
    let error = Event::ErrorFrame("b: bus-off".to_owned());
    assert_eq!(source.all().await, [error, Event::Dropped(7), frame(B, 1)]);
}

/// CCVS1 of any address is wanted from the first, that of the tachograph from the second.
#[tokio::test]
async fn an_address_that_is_chosen_elsewhere_is_not_any_address_here() {
    let ext = FrameId::Extended;
    let mut source = two();
    source.want_each(&[vec![IdFilter::pgn(65265, None)], vec![IdFilter::pgn(65265, Some(0xEE))]]);
    let (engine, tachograph) = (ext(0x18FE_F100), ext(0x18FE_F1EE));
    source.says(0, [frame(engine, 1), frame(tachograph, 2)]);
    source.says(1, [frame(engine, 3), frame(tachograph, 4)]);
    assert_eq!(source.all().await, [frame(engine, 1), frame(tachograph, 4)]);
}
