//! Several interfaces where no frame can come from: on any kernel, with or without CAN.

use std::time::Duration;

use can_reader::source::SeveralCan;
use can_reader::{Event, FrameId, FrameSource};

const IDS: [FrameId; 2] = [FrameId::Standard(0x100), FrameId::Standard(0x200)];

async fn next(source: &mut SeveralCan) -> Event {
    tokio::time::timeout(Duration::from_secs(5), source.next(None)).await.expect("an event in time")
}

#[tokio::test]
async fn each_that_is_missing_is_told_and_then_that_all_are() {
    let mut source = SeveralCan::new(&["cardash8".to_owned(), "lo".to_owned()]);
    assert_eq!(source.name(), "cardash8,lo");
    source.want_each(&IDS.map(|id| vec![id.into()]));
    let Event::PartDown { interface, ids, reason } = next(&mut source).await else { panic!("not the first") };
    assert_eq!((interface.as_str(), ids), ("cardash8", vec![IDS[0].into()]));
    let Event::LinkDown(all) = next(&mut source).await else { panic!("not all") };
    assert!(
        all.contains(&reason) && all.contains("; lo is the loopback interface, not a CAN interface"),
        "{all}"
    );
    assert_eq!(source.receive_buffer_bytes(), None);
    // That is all there is to say, and the clock goes on.
    for _ in 0..5 {
        let deadline = source.now() + Duration::from_millis(50);
        assert_eq!(source.next(Some(deadline)).await, Event::Deadline);
        assert!(source.now() >= deadline);
    }
    assert_eq!(source.next(Some(Duration::ZERO)).await, Event::Deadline);
}

#[tokio::test]
async fn no_more_than_four_are_read() {
    let names: Vec<_> = (0..9).map(|n| format!("cardash{n}")).collect();
    assert_eq!(SeveralCan::new(&names).name(), "cardash0,cardash1,cardash2,cardash3");
}
