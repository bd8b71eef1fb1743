//! Whole drives of made-up cars, with layouts that no car has.

use super::sample::put;
use super::*;
use crate::dbc::ByteOrder;
use crate::wheels::{Axle, Wheel};

/// A layout of four wheels.
#[derive(Clone, Copy)]
struct Layout {
    order: ByteOrder,
    bits: u32,
    /// Bits from one wheel to the next.
    stride: u32,
    /// Place of the first wheel's lowest bit.
    first: u32,
    kmh: f64,
    /// Counts at rest.
    rest: f64,
    /// Messages of the wheels.
    ids: [u16; 2],
    /// Which wheel lies where: front left, front right, rear left, rear right.
    places: [usize; 4],
    /// Pages of the message, one in a frame in turn, and each with as many of the wheels; their number is in the last byte.
    pages: usize,
}

const PLAIN: Layout = Layout {
    order: ByteOrder::Intel,
    bits: 14,
    stride: 16,
    first: 0,
    kmh: 0.02,
    rest: 0.0,
    ids: [0x2A1, 0x2A1],
    places: [0, 1, 2, 3],
    pages: 1,
};

/// The car stands, drives off, goes through bends of both directions, stops and drives again; km/h, and how tight the bend is, positive to
/// the left.
fn motion(at: f64) -> (f64, f64) {
    let speed = 25.0 - 25.0 * ((at - 5.0).max(0.0) * 0.2).cos();
    let bend = if speed > 5.0 { 0.07 * (at * 0.45).sin().powi(3) } else { 0.0 };
    (if at < 5.0 { 0.0 } else { (speed - 1.5).max(0.0) }, bend)
}

/// A number that no two frames share.
fn noise(n: u64, k: u64) -> f64 {
    let x = (n * 31 + k * 17).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    x as f64 / f64::from(1 << 24) - 0.5
}

/// A minute of the car: wheels, its own speed, the dash, an engine, pedals, steering, a counter, temperatures and a distance.
fn drive(layout: Layout, moves: bool) -> Traffic {
    let mut traffic = Traffic::default();
    send(&mut traffic, layout, moves, (3000, 0.02), 1.0);
    traffic
}

/// The same car, so many frames of its wheels, and the seconds from one to the next; and how hastily it is driven.
fn send(traffic: &mut Traffic, layout: Layout, moves: bool, (count, apart): (u64, f64), haste: f64) {
    let mut metres = 0.0;
    for n in 0..count {
        let at = n as f64 * apart;
        let (speed, k) = if moves { motion(at * haste) } else { (0.0, 0.0) };
        metres += speed / 3.6 * apart;
        let mut words = [0_u64; 2];
        for (place, wheel) in layout.places.into_iter().enumerate() {
            let (x, y) = [(2.7, 0.75), (2.7, -0.75), (0.0, 0.75), (0.0, -0.75)][wheel];
            let kmh = speed * (1.0 - k * y).hypot(k * x) * (1.0 + 0.002 * noise(n, wheel as u64));
            let raw = (kmh / layout.kmh + layout.rest).round() as u64;
            let in_one = layout.ids[0] == layout.ids[1];
            let (message, slot) = if in_one { (0, place) } else { (place / 2, place % 2) };
            let (page, slot) = (slot * layout.pages / 4, slot % (4 / layout.pages));
            if page == n as usize % layout.pages {
                words[message] |= raw << (layout.first + slot as u32 * layout.stride);
            }
        }
        words[0] |= (n % layout.pages as u64) << 56;
        let wire = |word: u64| if layout.order == ByteOrder::Intel { word.swap_bytes() } else { word };
        put(traffic, layout.ids[0], at, wire(words[0]));
        if layout.ids[1] != layout.ids[0] {
            put(traffic, layout.ids[1], at, wire(words[1]));
        }
        let gear = 1.0 + (speed / 15.0).floor().min(3.0);
        let rpm = (800.0 + speed * 120.0 / gear + 40.0 * noise(n, 9)) as u64;
        let pedal = if moves { (60.0 + 60.0 * (at * 0.9).sin()).max(0.0) as u64 } else { 0 };
        put(traffic, 0x0C5, at, (rpm * 4) << 48 | pedal << 40 | pedal << 32 | (n & 15) << 4);
        let steer = ((k * 8000.0 + 2.0 * noise(n, 11)) as i64 as u64) & 0xFFFF;
        put(traffic, 0x033, at, steer << 40 | (n & 255));
        if n % 2 == 0 {
            let own = (speed * 1.004 / 0.01) as u64;
            put(traffic, 0x155, at, own << 16 | 0x4000 | ((n / 2) & 3));
        }
        if n % 5 == 0 {
            let warm = 80 + n / 600;
            put(traffic, 0x4E1, at, (metres as u64) << 32 | warm << 24 | warm << 16);
        }
    }
}

fn found(layout: Layout) -> Report {
    found_in(&drive(layout, true))
}

fn found_in(traffic: &Traffic) -> Report {
    let report = discover(traffic, &References::default());
    assert!(report.is_found, "{report:?}");
    assert_eq!(
        (report.candidates[0].kind, report.candidates[0].signals.len()),
        (Kind::Wheels, 4),
        "{report:#?}"
    );
    report
}

fn places(report: &Report) -> Vec<(u16, usize, usize, ByteOrder)> {
    let signals = report.candidates[0].signals.iter();
    let place = |signal: &Signal| match signal.id {
        crate::FrameId::Standard(id) => (id, signal.start, signal.length, signal.order),
        crate::FrameId::Extended(_) => panic!("{signal:?}"),
    };
    signals.map(place).collect()
}

#[test]
fn four_wheels_are_found_wherever_they_lie() {
    let intel = |id, start, length| (id, start, length, ByteOrder::Intel);
    let report = found(PLAIN);
    assert_eq!(
        places(&report),
        [0, 16, 32, 48].map(|start| intel(0x2A1, start, 16)),
        "free bits are taken in"
    );
    // Twelve bits side by side, Motorola, from the first byte on.
    let tight = Layout { order: ByteOrder::Motorola, bits: 12, stride: 12, first: 16, kmh: 0.1, ..PLAIN };
    let starts: Vec<_> = places(&found(tight)).iter().map(|(_, start, ..)| *start).collect();
    assert_eq!(starts, [7, 11, 31, 35]);
    let two = Layout { ids: [0x1F0, 0x1F3], first: 8, rest: 500.0, ..PLAIN };
    let report = found(two);
    let ids: Vec<_> = places(&report).iter().map(|(id, ..)| *id).collect();
    assert_eq!(ids, [0x1F0, 0x1F0, 0x1F3, 0x1F3]);
    for signal in &report.candidates[0].signals {
        assert_eq!(signal.offset_raw, -500.0, "{signal:?}");
    }
    assert_eq!(two.bits, 14);
}

#[test]
fn wheels_that_are_said_in_turn_are_found_with_their_page() {
    for (pages, order) in [(2, ByteOrder::Motorola), (2, ByteOrder::Intel), (4, ByteOrder::Motorola)] {
        let report = found(Layout { pages, order, ..PLAIN });
        let first = &report.candidates[0];
        let mux: Vec<_> = first.signals.iter().filter_map(|signal| signal.mux).collect();
        let values: Vec<_> = mux.iter().map(|mux| usize::from(mux.value)).collect();
        assert_eq!(values, [0, 1, 2, 3].map(|wheel| wheel * pages / 4), "{first:#?}");
        let (start, bits) = (if order == ByteOrder::Intel { 56 } else { 0 }, pages.ilog2() as usize);
        assert!(mux.iter().all(|mux| (mux.start, mux.length) == (start, bits)), "{mux:?}");
        let axles: Vec<_> = first.signals.iter().filter_map(|signal| signal.axle).collect();
        assert_eq!(axles, [Axle::Front, Axle::Front, Axle::Rear, Axle::Rear], "{pages}");
        assert!(first.evidence.iter().any(|sentence| sentence.contains("multiplexed")), "{first:#?}");
    }
    let standing = discover(&drive(Layout { pages: 2, ..PLAIN }, false), &References::default());
    assert!(!standing.is_found, "{standing:#?}");
}

/// What bounded memory keeps of a log of minutes, and of one of more than an hour, at 10 ms. Over an hour the frames that are looked at are
/// seconds apart: who then brakes in a few seconds all the time has no numbers that run smoothly.
fn found_in_long_logs(layout: Layout) -> impl Iterator<Item = Report> {
    [(40_000, 1.0), (400_000, 0.25)].into_iter().map(move |(count, haste)| {
        let mut traffic = Traffic::bounded();
        send(&mut traffic, layout, true, (count, 0.01), haste);
        found_in(&traffic)
    })
}

#[test]
fn wheels_that_are_said_in_turn_are_found_with_their_page_in_long_logs() {
    for report in found_in_long_logs(Layout { pages: 2, ..PLAIN }) {
        let signals = &report.candidates[0].signals;
        let mux: Vec<_> = signals.iter().filter_map(|signal| signal.mux).collect();
        let values: Vec<_> = mux.iter().map(|mux| (mux.start, mux.length, mux.value)).collect();
        assert_eq!(values, [(56, 1, 0), (56, 1, 0), (56, 1, 1), (56, 1, 1)], "{report:#?}");
        let axles: Vec<_> = signals.iter().filter_map(|signal| signal.axle).collect();
        assert_eq!(axles, [Axle::Front, Axle::Front, Axle::Rear, Axle::Rear], "{report:#?}");
    }
}

#[test]
fn wheels_in_two_messages_are_found_in_long_logs() {
    for report in found_in_long_logs(Layout { ids: [0x1F0, 0x1F3], ..PLAIN }) {
        let ids: Vec<_> = places(&report).iter().map(|(id, ..)| *id).collect();
        assert_eq!(ids, [0x1F0, 0x1F0, 0x1F3, 0x1F3]);
        let first = &report.candidates[0];
        assert!(first.signals.iter().all(|signal| signal.mux.is_none()), "{first:#?}");
        assert_eq!(first.axle_from, Some(AxleFrom::Bends), "{first:#?}");
    }
}

#[test]
fn bends_tell_the_axles_and_a_person_the_sides() {
    let rear_first = Layout { places: [2, 3, 0, 1], ..PLAIN };
    let report = found(rear_first);
    let first = &report.candidates[0];
    assert_eq!(first.axle_from, Some(AxleFrom::Bends), "{first:#?}");
    let axles: Vec<_> = first.signals.iter().filter_map(|signal| signal.axle).collect();
    assert_eq!(axles, [Axle::Rear, Axle::Rear, Axle::Front, Axle::Front]);
    assert!(first.signals.iter().all(|signal| signal.wheel.is_none() && signal.side.is_some()));
    assert!(first.questions.iter().any(|question| question.contains("--bend left@")), "{first:#?}");
    // At 17 s it goes to the left.
    let (speed, bend) = motion(17.0);
    assert!(speed > 20.0 && bend > 0.04, "{speed} {bend}");
    let references = References { bends: vec![Bend::near(true, 17.0)], ..References::default() };
    let report = discover(&drive(rear_first, true), &references);
    let wheels: Vec<_> = report.candidates[0].signals.iter().filter_map(|signal| signal.wheel).collect();
    assert_eq!(wheels, [Wheel::RearLeft, Wheel::RearRight, Wheel::FrontLeft, Wheel::FrontRight]);
}

#[test]
fn the_vehicles_own_speed_follows_and_nothing_else_is_taken_for_a_speed() {
    let report = found(PLAIN);
    let vehicle: Vec<_> = report.candidates.iter().filter(|one| one.kind == Kind::Vehicle).collect();
    let ids: Vec<_> =
        vehicle.iter().flat_map(|one| &one.signals).map(|signal| signal.id.to_string()).collect();
    assert_eq!(ids.first().map(String::as_str), Some("155"), "{report:#?}");
    let sure = report.candidates.iter().filter(|one| one.confidence >= 0.5);
    for id in sure.flat_map(|one| &one.signals).map(|signal| signal.id.to_string()) {
        assert!(
            ["2A1", "155"].contains(&id.as_str()),
            "{id}: rpm, pedals, steering and distance are no speed"
        );
    }
}

#[test]
fn what_the_dash_said_sets_the_scale() {
    let at = 20.0;
    let references =
        References { dash: vec![Reading { kmh: motion(at).0.round(), at }], ..References::default() };
    let report = discover(&drive(PLAIN, true), &references);
    let first = &report.candidates[0];
    assert_eq!(first.scale.source, ScaleSource::SpeedIs);
    let factor = first.signals[0].factor.unwrap();
    assert!((factor / 0.02 - 1.0).abs() < 0.03, "{factor}");
}

#[test]
fn a_car_that_stands_has_no_speed_and_is_told_what_to_record() {
    let report = discover(&drive(PLAIN, false), &References::default());
    assert!(!report.is_found && report.reason.contains("record two minutes"), "{report:#?}");
    let report = discover(&Traffic::default(), &References::default());
    assert!(!report.is_found && report.candidates.is_empty());
}

#[test]
fn the_same_log_gives_the_same_answer() {
    let traffic = drive(PLAIN, true);
    let text = |report: Report| format!("{report:?}");
    let again = discover(&traffic, &References::default());
    assert_eq!(text(discover(&traffic, &References::default())), text(again));
}
