use super::*;

/// Ten minutes: a cruise with slow waves, now and then a stop. km/h of the wheels at a time.
fn speed(at: f64) -> f64 {
    let cruise = 70.0 + 20.0 * (at / 60.0).sin() + 0.3 * (at * 2.0).sin();
    let stop = ((at % 120.0 - 100.0) / 8.0).clamp(-1.0, 1.0).abs();
    cruise * stop
}

fn own() -> Vec<Point> {
    (0..30_000).map(|n| f64::from(n) * 0.02).map(|at| (at, speed(at))).collect()
}

/// A receiver: each second, `late`, with noise of 0.3 km/h.
fn gps(factor: f64, late: f64) -> Vec<Point> {
    let noise = |n: i32| f64::from((n * 7919) % 61 - 30) / 100.0;
    (0..590).map(|n| (f64::from(n), (factor * speed(f64::from(n) - late)).max(0.0) + noise(n))).collect()
}

#[test]
fn a_factor_is_found_and_a_receiver_that_lags_makes_none() {
    for (factor, late) in [(1.035, 0.0), (1.0, 1.0), (0.97, 1.7), (1.035, -0.8)] {
        let found = by_speed(&own(), &gps(factor, late), 0.0).unwrap();
        assert!((found.value / factor - 1.0).abs() < 0.003, "{factor} {late}: {found:?}");
        assert!((found.lag_s - late).abs() < 0.3 && found.unsure < 0.003, "{found:?}");
        assert!(
            (found.value / factor - 1.0).abs() <= found.unsure,
            "the true one is within what is said: {found:?}"
        );
    }
}

#[test]
fn what_is_unsure_is_refused() {
    let refused = |reference: &[Point], rounding| by_speed(&own(), reference, rounding).unwrap_err();
    let short: Vec<_> = gps(1.0, 0.0).into_iter().take(25).collect();
    assert!(matches!(refused(&short, 0.0), Refusal::TooShort(..)), "{:?}", refused(&short, 0.0));
    let wild = |(at, kmh): Point| (at, kmh * if (at / 20.0) as i32 % 2 == 0 { 1.04 } else { 0.97 });
    let wild: Vec<_> = gps(1.0, 0.0).into_iter().map(wild).collect();
    let said = refused(&wild, 0.0);
    assert!(matches!(said, Refusal::Unsure(..)), "{said}");
    assert!(
        matches!(refused(&gps(1.0, 0.0), 1.0), Refusal::Unsure(..)),
        "rounded to whole numbers of 2 km/h"
    );
    assert!(matches!(refused(&gps(1.6, 0.0), 0.0), Refusal::TooFar(..)), "miles");
    let other: Vec<_> =
        gps(1.0, 0.0).into_iter().map(|(at, _)| (at, 50.0 + 40.0 * (at / 7.0).cos())).collect();
    assert_eq!(refused(&other, 0.0), Refusal::Foreign);
    assert_eq!(by_speed(&[(0.0, 0.0), (1.0, 0.0)], &gps(1.0, 0.0), 0.0), Err(Refusal::Stands));
}

#[test]
fn a_measured_road_is_as_sure_as_its_length() {
    let found = by_road(12_300.0, 50.0, (12_000.0, 0.0), 600.0).unwrap();
    assert!((found.value - 1.025).abs() < 1e-9 && (found.unsure - 0.0041).abs() < 1e-4);
    assert!(matches!(by_road(1_000.0, 50.0, (1_000.0, 0.0), 60.0), Err(Refusal::Unsure(..))));
    assert!(matches!(by_road(12_300.0, 50.0, (12_000.0, 8.0), 600.0), Err(Refusal::Gaps(..))));
    assert_eq!(by_road(12_300.0, 50.0, (0.0, 0.0), 600.0), Err(Refusal::Stands));
}
