use super::*;

/// A tank in which so much is, percent, while a car drives; each second the sensor says another 10 values.
struct Tank {
    gauge: FuelGauge,
    ms: u64,
    warned: u32,
    cleared: u32,
}

impl Tank {
    fn new() -> Self {
        Self { gauge: FuelGauge::default(), ms: 0, warned: 0, cleared: 0 }
    }

    fn seconds(&mut self, seconds: u64, percent: impl Fn(f64) -> f64) {
        for n in 0..seconds * 10 {
            self.ms += 100;
            let before = self.gauge.is_low();
            self.gauge.observe(Duration::from_millis(self.ms), Some(percent(n as f64 / 10.0)));
            let after = self.gauge.is_low();
            self.warned += u32::from(before != Some(true) && after == Some(true));
            self.cleared += u32::from(before == Some(true) && after == Some(false));
        }
    }
}

#[test]
fn it_does_not_beep_in_a_bend() {
    for bend_s in [3, 10, 25, 40] {
        let mut tank = Tank::new();
        tank.seconds(120, |_| 14.0);
        for _ in 0..20 {
            // What is left runs to the other side.
            tank.seconds(bend_s, |_| 2.0);
            tank.seconds(bend_s.max(10), |_| 14.0);
            assert!(tank.gauge.percent() >= Some(2.0));
            tank.seconds(60, |_| 14.0);
        }
        assert_eq!((tank.warned, tank.gauge.percent()), (0, Some(14.0)), "bends of {bend_s} s");
    }
}

#[test]
fn a_car_that_starts_in_a_bend_does_not_beep() {
    let mut tank = Tank::new();
    tank.seconds(40, |_| 1.0);
    tank.seconds(600, |_| 20.0);
    assert_eq!((tank.warned, tank.gauge.is_low()), (0, Some(false)));
}

#[test]
fn an_empty_tank_warns_once_however_it_sloshes() {
    let mut tank = Tank::new();
    // From 20 to 4 % in 80 minutes, 3 % up and down all the time.
    tank.seconds(4800, |t| 20.0 - t / 300.0 + 3.0 * (t / 7.0).sin());
    assert_eq!((tank.warned, tank.cleared, tank.gauge.is_low()), (1, 0, Some(true)));
    // Filled up: it goes, and does not come back.
    tank.seconds(600, |t| 60.0 + 3.0 * (t / 7.0).sin());
    assert_eq!((tank.warned, tank.cleared, tank.gauge.is_low()), (1, 1, Some(false)));
}

#[test]
fn a_level_at_the_edge_is_told_once() {
    let mut tank = Tank::new();
    tank.seconds(7200, |t| 10.5 + 1.5 * (t / 200.0).sin());
    assert!(tank.warned <= 1 && tank.cleared == 0, "{} {}", tank.warned, tank.cleared);
}

#[test]
fn the_level_is_there_at_once_and_enough_is_said_at_once() {
    let mut gauge = FuelGauge::default();
    assert_eq!((gauge.percent(), gauge.is_low()), (None, None));
    gauge.observe(Duration::ZERO, Some(55.0));
    assert_eq!((gauge.percent(), gauge.is_low()), (Some(55.0), Some(false)));
    gauge.observe(Duration::from_secs(1), None);
    gauge.observe(Duration::from_secs(2), Some(f64::NAN));
    assert_eq!((gauge.percent(), gauge.is_low()), (Some(55.0), Some(false)));
}

proptest::proptest! {
    /// What is shown has been said; and of any values it is told at most once in a window and a dwell.
    #[test]
    fn what_is_shown_was_said(levels in proptest::collection::vec(0.0..100.0_f64, 1..400)) {
        let mut gauge = FuelGauge::default();
        let mut changes = 0;
        for (at, level) in (0..).zip(&levels) {
            let before = gauge.is_low();
            gauge.observe(Duration::from_secs(at), Some(*level));
            let shown = gauge.percent().unwrap();
            proptest::prop_assert!(levels.contains(&shown));
            changes += usize::from(before.is_some() && before != gauge.is_low());
        }
        proptest::prop_assert!(changes <= levels.len() / 30 + 1, "{changes} changes");
    }
}
