use super::*;
use crate::signals::catalogue;

const fn ms(ms: u64) -> SourceTime {
    SourceTime::from_millis(ms)
}

fn described(path: &str) -> Described {
    let entry = catalogue::find(path).unwrap();
    Described { entry, source: "M.S".to_owned(), kind: Kind::Periodic, range: None }
}

/// An engine that is sent every 20 ms, and two lamps that are sent once a second.
fn board() -> Board {
    let mut board = Board::default();
    let engine = board.add_group(Some(ms(20)));
    let body = board.add_group(Some(ms(1000)));
    board.add(engine, described("Vehicle.Powertrain.CombustionEngine.Speed"));
    board.add(body, described("Vehicle.Body.Lights.Beam.High.IsOn"));
    board.add(body, described("Vehicle.Chassis.ParkingBrake.IsEngaged"));
    board
}

fn news(board: &mut Board) -> Vec<(usize, Held)> {
    let mut news = Vec::new();
    board.take_news(|signal, held| news.push((signal, held)));
    news
}

#[test]
fn before_its_message_a_signal_is_unknown_and_no_news() {
    let mut board = board();
    assert_eq!(board.held(1), Err(Why::Unheard));
    assert_eq!((news(&mut board), board.deadline()), (Vec::new(), None));
}

#[test]
fn each_signal_is_late_by_its_own_message() {
    let mut board = board();
    board.hear(0, ms(0));
    board.set(0, Ok(Value::Float(800.0)));
    board.hear(1, ms(0));
    board.set(1, Ok(Value::Boolean(false)));
    board.set(2, Err(Why::NotAvailable));
    assert_eq!(news(&mut board).len(), 3);
    board.tick(ms(199));
    assert_eq!((board.held(0), news(&mut board).len()), (Ok(Value::Float(800.0)), 0));
    board.tick(ms(200));
    assert_eq!(news(&mut board), [(0, Err(Why::Stale))]);
    assert_eq!(board.held(1), Ok(Value::Boolean(false)), "sent once a second");
    board.tick(ms(10_000));
    assert_eq!(news(&mut board), [(1, Err(Why::Stale)), (2, Err(Why::Stale))]);
    assert_eq!(board.deadline(), None, "nothing is waited for in silence");
}

#[test]
fn what_comes_again_with_the_same_value_is_news_only_after_a_loss() {
    let mut board = board();
    let hear = |board: &mut Board, at| {
        board.hear(0, ms(at));
        board.set(0, Ok(Value::Float(800.0)));
    };
    hear(&mut board, 0);
    assert_eq!(news(&mut board).len(), 1);
    hear(&mut board, 20);
    assert!(!board.has_news());
    board.tick(ms(220));
    assert_eq!(news(&mut board), [(0, Err(Why::Stale))]);
    // Its bytes are the old ones: the decoder does not read them again.
    board.hear(0, ms(240));
    assert_eq!(news(&mut board), [(0, Ok(Value::Float(800.0)))]);
}

#[test]
fn a_link_that_goes_down_takes_all_of_its_signals_at_once() {
    let mut board = board();
    board.hear(1, ms(0));
    board.set(1, Ok(Value::Boolean(true)));
    news(&mut board);
    board.link_down(|_| true);
    assert_eq!(board.held(1), Err(Why::LinkDown));
    assert_eq!(news(&mut board).len(), 3);
    board.tick(ms(60_000));
    assert_eq!(board.held(1), Err(Why::LinkDown), "not stale: its reason stays");
    board.link_up();
    assert_eq!((board.held(0), board.held(1)), (Err(Why::Unheard), Err(Why::Unheard)));
    board.hear(1, ms(60_000));
    board.set(1, Ok(Value::Boolean(true)));
    assert_eq!(board.held(1), Ok(Value::Boolean(true)));
}

#[test]
fn frames_put_off_when_it_is_late_without_being_looked_at() {
    let mut board = board();
    for n in 0..1000 {
        board.hear(0, ms(20 * n));
        board.tick(ms(20 * n));
        assert_eq!(board.groups[0].lost, None);
        let due = board.deadline().unwrap();
        assert!(due > ms(20 * n) && due <= ms(20 * n + 200), "{n}: {due:?}");
    }
}
