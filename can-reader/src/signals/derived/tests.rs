use std::time::Duration;

use super::*;

fn board(paths: &[&str]) -> Board {
    let mut board = Board::default();
    for path in paths {
        let group = board.add_group(None);
        let entry = catalogue::find(path).unwrap();
        board.add(group, Described { entry, source: "M.S".into(), kind: Kind::Periodic, range: None });
    }
    board
}

fn say(board: &mut Board, signal: usize, ms: u64, value: Result<Value, Why>) {
    board.hear(signal, Duration::from_millis(ms));
    board.set(signal, value);
}

#[test]
fn there_is_a_gear_only_where_the_car_says_none() {
    let mut car = board(&[ENGINE]);
    assert!(Derived::attach(&mut car).is_some());
    assert_eq!(car.paths(), [ENGINE, GEAR]);
    assert_eq!(car.held(1), Err(Why::Unheard));
    assert_eq!(car.described(1).source, "M.S and the speed");
    let mut car = board(&[ENGINE, GEAR]);
    assert_eq!(Derived::attach(&mut car), None);
    assert_eq!(car.len(), 2);
}

#[test]
fn a_gear_is_as_old_as_the_engine_speed() {
    let mut car = board(&[ENGINE]);
    let mut derived = Derived::attach(&mut car).unwrap();
    for n in 0..100 {
        say(&mut car, 0, 20 * n, Ok(Value::Float(800.0)));
        derived.update(&mut car, Some(0.0));
        assert_eq!(car.held(1), Err(Why::NotAvailable));
    }
    car.tick(Duration::from_millis(2500));
    assert_eq!((car.held(0), car.held(1)), (Err(Why::Stale), Err(Why::Stale)));
    car.link_down(|group| group == 0);
    derived.lose(&mut car);
    assert_eq!(car.held(1), Err(Why::LinkDown));
    car.link_up();
    assert_eq!(car.held(1), Err(Why::Unheard));
}

#[test]
fn a_level_is_damped_and_its_loss_is_not() {
    let mut car = board(&[LEVEL]);
    let mut derived = Derived::attach(&mut car).unwrap();
    let low = car.find(LOW).unwrap();
    let mut tell = |car: &mut Board, s: u64, percent: Result<Value, Why>| {
        say(car, 0, 1000 * s, percent);
        derived.update(car, None);
        (car.held(0), car.held(low))
    };
    let both = |percent, is_low| (Ok(Value::Unsigned(percent)), Ok(Value::Boolean(is_low)));
    for s in 0..100 {
        assert_eq!(tell(&mut car, s, Ok(Value::Unsigned(50))), both(50, false));
    }
    car.take_news(|_, _| {});
    for s in 100..130 {
        assert_eq!(tell(&mut car, s, Ok(Value::Unsigned(5))), both(50, false), "a bend");
        assert!(!car.has_news(), "what is shown stands still");
    }
    for why in [Why::NotAvailable, Why::Fault] {
        assert_eq!(tell(&mut car, 130, Err(why)), (Err(why), Err(Why::NotAvailable)));
    }
    assert_eq!(tell(&mut car, 131, Ok(Value::Unsigned(50))), both(50, false), "and back at once");
    for s in 132..400 {
        assert!(tell(&mut car, s, Ok(Value::Unsigned(5))).0.is_ok());
    }
    assert_eq!((car.held(0), car.held(low)), both(5, true));
}

#[test]
fn a_lamp_of_the_car_is_the_cars() {
    let mut car = board(&[LEVEL, LOW]);
    assert!(Derived::attach(&mut car).is_some());
    assert_eq!(car.len(), 2);
}
