//! The manners of the state machine, with an emulated car and a clock that is a number.

mod common;

use std::time::Duration;

use can_reader::FrameId;
use cardash_obd::{Addressing, Asker, News};
use common::car::{Car, Manner, Unit};
use common::judge::{Trace, Who};
use proptest::prelude::*;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Asker and car on one bus.
struct Bench {
    asker: Asker,
    car: Car,
    trace: Trace,
    news: Vec<News>,
    now: u64,
    up: bool,
}

impl Bench {
    fn new(car: Car) -> Self {
        let (asker, trace) = (Asker::new(), Trace::default());
        let mut bench = Self { asker, car, trace, news: Vec::new(), now: 0, up: false };
        bench.link(true);
        bench
    }

    fn link(&mut self, up: bool) {
        self.asker.link(ms(self.now), up);
        if up && !self.up {
            self.trace.link_up(ms(self.now));
        }
        self.up = up;
    }

    /// Goes on, a millisecond at a time.
    fn run(&mut self, seconds: u64) {
        let end = self.now + seconds * 1000;
        while self.now < end {
            self.now += 1;
            let at = ms(self.now);
            for (id, data) in self.car.say(at) {
                self.others(id, &data);
            }
            let due = self.asker.due();
            let (request, news) = self.asker.ask(at);
            self.news.extend(news);
            if let Some(request) = request {
                assert!(due.is_some_and(|due| due <= at), "{at:?}: it was not due before {due:?}");
                self.trace.ours(at, request);
                self.car.hear(at, request.id(), &request.data());
            }
        }
        if let Err(wrong) = self.trace.judge() {
            panic!("{wrong}");
        }
    }

    fn others(&mut self, id: FrameId, data: &[u8]) {
        if !self.up {
            return;
        }
        let at = ms(self.now);
        self.trace.others(at, id, data);
        self.news.extend(self.asker.hear(at, id, data));
    }
}

#[test]
fn the_speed_has_every_second_turn_and_comes_ten_times_a_second() {
    for extended in [false, true] {
        let mut car = Car::with(&[Unit::engine(8)]);
        car.extended = extended;
        let mut bench = Bench::new(car);
        bench.run(14);
        let addressing = if extended { Addressing::Extended } else { Addressing::Standard };
        assert_eq!(bench.news, [News::Answers(addressing), News::Knows { has_speed: true }]);
        let asked = bench.trace.asked();
        let from = asked.len() - 200;
        let speeds = asked[from..].iter().filter(|pid| **pid == 0x0D).count();
        assert!(speeds >= 100, "{speeds} of 200");
        assert!(asked[from..].windows(2).all(|pair| pair.contains(&0x0D)), "every second turn");
        for pid in [0x01, 0x05, 0x0C, 0x2F, 0x42, 0x46, 0x5A, 0x5C] {
            assert!(asked.contains(&pid), "{pid:02X}");
        }
        assert!(!asked.contains(&0x5B), "it does not support it");
        assert_eq!(bench.trace.written(4, 14), 200, "20 a second");
    }
}

#[test]
fn a_slow_unit_is_waited_for() {
    let mut bench = Bench::new(Car::with(&[Unit::engine(180)]));
    bench.run(20);
    let answers = bench.trace.asked().len();
    assert!((90..110).contains(&answers), "{answers}: one in flight");
}

#[test]
fn pending_is_waited_for() {
    let slow = Unit { manner: Manner::Pending, ..Unit::engine(30) };
    let mut bench = Bench::new(Car::with(&[slow]));
    bench.run(20);
    let asked = bench.trace.asked().len();
    assert!((38..46).contains(&asked), "{asked} of 430 ms each");
}

#[test]
fn what_is_refused_is_left_alone_for_a_minute() {
    let refuses = Unit { manner: Manner::Refuses(0x12), ..Unit::engine(10) };
    let mut bench = Bench::new(Car::with(&[refuses]));
    bench.run(600);
    assert_eq!(bench.trace.asked().len(), 10, "of ten minutes each has one: {:?}", bench.trace.asked());
    // Of two units one may refuse what the other says.
    let gearbox = Unit { manner: Manner::Refuses(0x11), number: 1, ..Unit::engine(30) };
    let mut bench = Bench::new(Car::with(&[Unit::engine(10), gearbox]));
    bench.run(20);
    assert!(bench.trace.written(10, 20) > 150, "{}", bench.trace.written(10, 20));
}

#[test]
fn of_two_units_one_that_refuses_takes_nothing_from_the_other() {
    for (refuses_after, answers_after) in [(10, 30), (30, 10), (70, 10), (10, 80)] {
        let gearbox = Unit { manner: Manner::Refuses(0x12), number: 1, ..Unit::engine(refuses_after) };
        let mut bench = Bench::new(Car::with(&[Unit::engine(answers_after), gearbox]));
        bench.run(20);
        let asked = bench.trace.asked();
        let speeds = asked[asked.len() - 40..].iter().filter(|pid| **pid == 0x0D).count();
        let written = bench.trace.written(10, 20);
        assert!(
            speeds >= 15 && written >= 120,
            "{refuses_after} {answers_after}: {speeds} of 40, {written} in 10 s"
        );
    }
}

#[test]
fn a_late_second_answer_is_no_other_testers() {
    for manner in [Manner::Pending, Manner::Good] {
        let gearbox = Unit { manner, delay: ms(400), number: 1, ..Unit::engine(0) };
        let mut bench = Bench::new(Car::with(&[Unit::engine(8), gearbox]));
        bench.run(30);
        assert!(!bench.news.contains(&News::Yields), "{manner:?}: {:?}", bench.news);
        assert!(bench.trace.written(20, 30) >= 150, "{manner:?}: {}", bench.trace.written(20, 30));
        let asked = bench.trace.asked();
        let speeds = asked[asked.len() - 100..].iter().filter(|pid| **pid == 0x0D).count();
        assert!(speeds >= 45, "{manner:?}: {speeds} of 100");
    }
}

/// When the speed was asked for, seconds.
fn speed_times(bench: &Bench) -> Vec<u64> {
    let ours = bench.trace.0.iter().filter(|(_, who, _, data)| *who == Who::Us && data.get(2) == Some(&0x0D));
    ours.map(|(at, ..)| at.as_secs()).collect()
}

#[test]
fn a_speed_that_comes_too_late_is_asked_for_less_and_less() {
    for (unit, answers_ms) in
        [(Unit::engine(120), 120), (Unit { manner: Manner::Pending, ..Unit::engine(5) }, 405)]
    {
        let mut bench = Bench::new(Car::with(&[unit]));
        bench.run(1400);
        let times = speed_times(&bench);
        let apart: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(apart.len(), 4, "{answers_ms} ms: {times:?}");
        assert!(
            (2..=3).contains(&apart[0])
                && (60..=62).contains(&apart[1])
                && apart[2..].iter().all(|s| (600..=602).contains(s)),
            "{answers_ms} ms: {times:?}"
        );
        for seconds in [2, 60, 600] {
            assert!(bench.news.contains(&News::Late { left_for: Duration::from_secs(seconds) }));
        }
        assert!(bench.trace.written(1300, 1400) > 100, "all else is asked for as before");
    }
}

#[test]
fn one_late_speed_costs_two_seconds() {
    let mut bench = Bench::new(Car::with(&[Unit::engine(8)]));
    bench.run(10);
    bench.car.units[0].delay = ms(140);
    while !bench.news.iter().any(|news| matches!(news, News::Late { .. })) {
        bench.run(1);
        bench.car.units[0].delay = ms(8);
    }
    let late = bench.now;
    bench.run(10);
    let ours = bench.trace.0.iter().filter(|(_, who, _, data)| *who == Who::Us && data[2] == 0x0D);
    let times: Vec<_> = ours.map(|(at, ..)| *at).filter(|at| *at > ms(late - 2000)).collect();
    let longest = times.windows(2).map(|pair| pair[1] - pair[0]).max().expect("several");
    assert!((ms(2000)..ms(2300)).contains(&longest), "{longest:?}");
    let rests = times.windows(2).filter(|pair| pair[1] - pair[0] > ms(300)).count();
    assert_eq!(rests, 1, "{times:?}");
}

#[test]
fn a_speed_that_got_lost_is_not_taken_for_the_next() {
    // Each answer takes 400 ms from now on, after the patience for it has run out.
    let mut bench = Bench::new(Car::with(&[Unit::engine(8)]));
    bench.run(10);
    bench.car.units[0].delay = ms(400);
    let before = speed_times(&bench).len();
    bench.run(60);
    let late = bench.news.iter().filter(|news| matches!(news, News::Late { .. })).count();
    assert!(late >= 2 && speed_times(&bench).len() - before <= 4, "{late} {:?}", speed_times(&bench));
}

#[test]
fn an_error_of_the_bus_makes_it_silent_for_a_minute() {
    let mut bench = Bench::new(Car::with(&[Unit::engine(8)]));
    bench.run(5);
    let before = bench.trace.asked().len();
    assert!(bench.asker.trouble(ms(bench.now)), "it is news");
    bench.run(30);
    // The minute begins anew.
    assert!(!bench.asker.trouble(ms(bench.now)), "it is none");
    bench.run(59);
    assert_eq!(bench.trace.asked().len(), before);
    bench.run(5);
    assert!(bench.trace.asked().len() > before + 70, "and then as before");
    // Also where the controller was set up anew meanwhile.
    assert!(bench.asker.trouble(ms(bench.now)));
    let before = bench.trace.asked().len();
    bench.link(false);
    bench.run(2);
    bench.link(true);
    bench.run(57);
    assert_eq!(bench.trace.asked().len(), before);
    assert!(!bench.news.contains(&News::Silent), "who does not ask is not answered: {:?}", bench.news);
}

#[test]
fn units_that_were_off_while_the_bus_stayed_awake_are_asked_again() {
    let mut bench = Bench::new(Car::with(&[Unit::engine(8)]).talking(&[0x123, 0x456]));
    bench.run(60);
    // The ignition is off: a gateway alone goes on.
    let units = std::mem::take(&mut bench.car.units);
    bench.car.traffic = vec![0x123];
    bench.run(180);
    assert_eq!(bench.news.last(), Some(&News::Dormant));
    assert_eq!(bench.trace.written(140, 240), 0);
    let on = bench.now;
    bench.car.units = units;
    // Those that never went away are no reason.
    bench.run(60);
    assert_eq!(bench.trace.written(240, 300), 0);
    bench.car.traffic = vec![0x123, 0x456];
    bench.run(3);
    let first = bench.trace.0.iter().find(|(at, who, ..)| *at > ms(on) && *who == Who::Us);
    let after = first.expect("a request").0 - ms(on + 60_000);
    assert!((ms(1000)..ms(1300)).contains(&after), "{after:?}");
}

#[test]
fn a_busy_unit_is_left_alone_for_a_second() {
    let busy = Unit { manner: Manner::Refuses(0x21), ..Unit::engine(10) };
    let mut bench = Bench::new(Car::with(&[busy]));
    bench.run(31);
    assert!((28..=30).contains(&bench.trace.asked().len()), "{:?}", bench.trace.asked());
}

#[test]
fn it_yields_for_a_minute_to_another_tester() {
    let mut bench = Bench::new(Car::with(&[Unit::engine(8)]));
    bench.run(5);
    for tester in [FrameId::Standard(0x7DF), FrameId::Standard(0x7E0), FrameId::Extended(0x18DA_10F1)] {
        let before = bench.trace.asked().len();
        bench.others(tester, &[2, 9, 2, 0, 0, 0, 0, 0]);
        bench.run(59);
        assert_eq!(bench.trace.asked().len(), before, "silent after {tester}");
        bench.run(5);
        assert!(bench.trace.asked().len() > before + 70, "and then as before");
    }
    assert_eq!(bench.news.iter().filter(|news| **news == News::Yields).count(), 3);
    assert!(!bench.news.contains(&News::Silent), "who does not ask is not answered: {:?}", bench.news);
}

#[test]
fn an_answer_that_nobody_here_asked_for_is_another_testers() {
    let mut bench = Bench::new(Car::with(&[Unit::engine(8)]));
    bench.run(5);
    let before = bench.trace.asked().len();
    bench.others(FrameId::Standard(0x7E8), &[0x10, 0x14, 0x49, 2, 1, 0, 0, 0]);
    bench.run(59);
    assert_eq!(bench.trace.asked().len(), before);
}

#[test]
fn a_link_that_is_down_is_not_written_to_and_one_that_is_up_again_is_listened_to_first() {
    let mut bench = Bench::new(Car::with(&[Unit::engine(8)]));
    bench.run(5);
    let before = bench.trace.asked().len();
    bench.link(false);
    assert_eq!(bench.asker.due(), None);
    bench.run(30);
    assert_eq!(bench.trace.asked().len(), before);
    bench.link(true);
    let up = bench.now;
    bench.run(3);
    assert!(bench.trace.asked().len() > before + 30);
    let first =
        bench.trace.0.iter().find(|(at, who, ..)| *at > ms(up) && *who == Who::Us).expect("a request");
    assert_eq!(first.0, ms(up + 1000));
}

#[test]
fn wrong_lengths_are_no_answers() {
    for manner in [Manner::TooLong, Manner::Unpadded] {
        let wrong = Unit { manner, ..Unit::engine(10) };
        let mut bench = Bench::new(Car::with(&[wrong]));
        bench.run(60);
        assert_eq!(bench.news, [News::Silent], "{manner:?}");
        assert!(bench.trace.asked().len() <= 16, "{}", bench.trace.asked().len());
    }
}

/// Ten minutes on the road, then it is parked: what is written in the hour after that.
fn parked(traffic: &[u16], stays_awake: bool) -> (usize, Bench) {
    let mut bench = Bench::new(Car::with(&[Unit::engine(8)]).talking(traffic));
    bench.run(600);
    assert!(bench.trace.written(590, 600) >= 190);
    if stays_awake {
        bench.car.units.clear();
    } else {
        bench.car.awake = false;
    }
    bench.run(3600);
    (bench.trace.written(600, 4200), bench)
}

#[test]
fn a_sleeping_car_is_not_kept_awake() {
    let (others, mut bench) = parked(&[0x123, 0x456], false);
    let (silent, _) = parked(&[], false);
    let (awake, _) = parked(&[0x123, 0x456], true);
    println!(
        "frames written in the hour after a car has fallen asleep: {others}; one that says nothing unasked: {silent}; one whose bus stays awake: {awake}"
    );
    // What docs/obd.md says.
    assert_eq!((others, silent, awake), (18, 28, 18));
    assert_eq!(bench.trace.written(700, 4200), 0, "and none after the first minutes");
    // The ignition is on again: the bus is, and one second later so are the questions.
    bench.car.awake = true;
    let woken = bench.now;
    bench.run(4);
    let first = bench.trace.0.iter().find(|(at, who, ..)| *at > ms(woken) && *who == Who::Us);
    let first = first.expect("a request").0;
    assert!((ms(woken + 1000)..ms(woken + 1300)).contains(&first), "{:?} after waking", first - ms(woken));
    let news = [News::Awake, News::Answers(Addressing::Standard), News::Knows { has_speed: true }];
    assert!(bench.news.ends_with(&news), "{:?}", bench.news);
}

#[test]
fn a_car_that_never_answers_is_left_alone() {
    for (traffic, most) in [(&[][..], 25), (&[0x123][..], 15)] {
        let mut bench = Bench::new(Car::with(&[]).talking(traffic));
        bench.run(3600);
        let asked = bench.trace.asked();
        assert_eq!(asked.len(), most, "{traffic:?}");
        assert_eq!(bench.news, [News::Silent, News::Dormant]);
        assert!(asked.iter().all(|pid| *pid == 0), "what it supports, and no more");
    }
}

#[test]
fn both_addressings_are_tried_in_turn() {
    let mut bench = Bench::new(Car::with(&[]));
    bench.run(20);
    let ids: Vec<_> = bench.trace.0.iter().map(|(_, _, id, _)| *id).collect();
    assert_eq!(
        ids[1..5],
        [0x7DF, 0x18DB_33F1, 0x7DF, 0x18DB_33F1]
            .map(|id: u32| { u16::try_from(id).map_or(FrameId::Extended(id), FrameId::Standard) })
    );
}

#[test]
fn a_car_without_a_speed_is_asked_for_the_rest() {
    let electric = Unit { supports: vec![0x20, 0x40, 0x5B], ..Unit::engine(8) };
    let mut bench = Bench::new(Car::with(&[electric]));
    bench.run(60);
    assert!(bench.news.contains(&News::Knows { has_speed: false }) && !bench.news.contains(&News::Silent));
    assert!(bench.trace.asked()[3..].iter().all(|pid| *pid == 0x5B), "{:?}", bench.trace.asked());
}

fn any_id() -> impl Strategy<Value = FrameId> {
    prop_oneof![
        (0x7DE_u16..0x7F2).prop_map(FrameId::Standard),
        (0_u16..0x800).prop_map(FrameId::Standard),
        (0x18DA_F100_u32..0x18DA_F200).prop_map(FrameId::Extended),
        Just(FrameId::Extended(0x18DB_33F1)),
        (0_u32..0x2000_0000).prop_map(FrameId::Extended),
    ]
}

fn any_unit() -> impl Strategy<Value = Unit> {
    let manner = prop_oneof![
        4 => Just(Manner::Good),
        1 => Just(Manner::Silent),
        1 => any::<u8>().prop_map(Manner::Refuses),
        1 => Just(Manner::Pending),
        1 => Just(Manner::TooLong),
        1 => Just(Manner::Unpadded),
    ];
    (0_u8..8, manner, 0_u64..1500, any::<u8>()).prop_map(|(number, manner, delay, kmh)| Unit {
        number,
        manner,
        kmh,
        ..Unit::engine(delay)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    /// Whatever the car and others do: only what is listed is written, and never too early.
    #[test]
    fn nothing_else_is_ever_written(
        units in prop::collection::vec(any_unit(), 0..3),
        extended in any::<bool>(),
        frames in prop::collection::vec((0_u64..40_000, any_id(), prop::collection::vec(any::<u8>(), 0..9)), 0..40),
        falls_asleep in 0_u64..40,
        link in prop::collection::vec((0_u64..40_000, any::<bool>()), 0..4),
    ) {
        let mut car = Car::with(&units).talking(&[0x321]);
        car.extended = extended;
        let mut bench = Bench::new(car);
        for second in 0..150 {
            bench.car.awake = second < falls_asleep || second > 120;
            for (at, id, data) in &frames {
                if at / 1000 == second {
                    bench.others(*id, data);
                }
            }
            for (at, up) in &link {
                if at / 1000 == second {
                    bench.link(*up);
                }
            }
            bench.run(1);
        }
    }
}

#[test]
fn a_machine_that_writes_late_asks_no_faster_for_it() {
    let mut asker = Asker::new();
    asker.link(ms(0), true);
    let (mut written, mut at, mut late) = (Vec::new(), 0, 0);
    while written.len() < 40 {
        at += 1;
        let (Some(request), _) = asker.ask(ms(at)) else { continue };
        late = (late + 7) % 30;
        at += late;
        asker.written(ms(at));
        written.push(at);
        let answer: &[u8; 8] = match request.pid().number() {
            0x00 => &[6, 0x41, 0x00, 0, 0x08, 0, 0, 0],
            _ => &[3, 0x41, 0x0D, 50, 0, 0, 0, 0],
        };
        asker.hear(ms(at + 1), FrameId::Standard(0x7E8), answer);
    }
    assert!(written.windows(2).all(|pair| pair[1] - pair[0] >= 50), "{written:?}");
}
