//! How late the kernel heard of a frame, by the time stamp of the CAN hardware.
//!
//! The kernel stamps a frame when its driver hands it over. A controller behind SPI or USB may have received it long
//! before: drivers are known that forget frames in the controller and deliver them minutes late. Hardware that has a
//! clock of its own stamps each frame as it comes off the wire.
//!
//! The two clocks differ by an offset that nobody knows, and drift apart. What is known: a frame is never early. So the
//! least difference seen is that of a frame which was not late, and from there the difference grows no faster than clocks
//! drift. What lies above that line is delay. A drift that has been learned from the least differences of ten seconds each
//! makes the line narrow.
//!
//! Blind spots: frames that are late from the very first on, and a delay that grows more slowly than clocks drift.

/// Two quartz clocks part by at most this: 200 ppm, and a quarter more for the noise of a measurement.
const FASTEST_DRIFT: f64 = 250e-6;

/// How far a drift that has been learned may be wrong, or wander with the temperature.
const WANDER: f64 = 30e-6;

/// The same while frames are late: what is late must not become the measure of what is not.
const WANDER_WHILE_LATE: f64 = 5e-6;

/// From here on a frame counts as late; USB and SPI take less than this for each.
const LATE_US: f64 = 10_000.0;

/// Least differences are taken over so long.
const WINDOW_US: i64 = 10_000_000;

/// Earlier than the line by more than this: either all before it were late, or this one's stamp is wrong.
const LEAP_US: f64 = 10_000.0;

/// So many frames in a row have to say so before the line leaps.
const LEAP_FRAMES: u32 = 5;

/// A drift has been learned after so many windows.
const ENOUGH_WINDOWS: u32 = 6;

/// The way from a hardware clock to ours. All times in microseconds, on clocks that never leap.
#[derive(Debug, Default)]
pub(super) struct HardwareDelay {
    line: Option<Line>,
    /// Our clock less that of the hardware, microseconds per microsecond, as far as learned.
    drift: f64,
    windows: u32,
    window: Option<Window>,
    /// The least difference of the window before.
    before: Option<Point>,
    /// Frames in a row that came too early to be true.
    early: u32,
}

/// The difference of the clocks where a frame is not late.
#[derive(Clone, Copy, Debug)]
struct Line {
    last: Point,
    late: bool,
}

#[derive(Clone, Copy, Debug)]
struct Point {
    at: i64,
    difference: f64,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    from: i64,
    least: Point,
}

impl HardwareDelay {
    /// How long before `at`, when the kernel stamped it, the frame was received, if the hardware's clock then showed
    /// `hardware`.
    pub fn of(&mut self, at: i64, hardware: i64) -> i64 {
        let point = Point { at, difference: at.saturating_sub(hardware) as f64 };
        let Some(line) = self.line else {
            self.line = Some(Line { last: point, late: false });
            self.learn(point);
            return 0;
        };
        let wander = match (self.windows >= ENOUGH_WINDOWS, line.late) {
            (false, _) => FASTEST_DRIFT,
            (true, false) => WANDER,
            (true, true) => WANDER_WHILE_LATE,
        };
        let elapsed = at.saturating_sub(line.last.at).max(0) as f64;
        let expected = line.last.difference + (self.drift + wander) * elapsed;
        if self.leaps(expected - point.difference) {
            return 0;
        }
        self.learn(point);
        let delay = (point.difference - expected).max(0.0);
        let late = delay >= LATE_US;
        if delay == 0.0 {
            self.line = Some(Line { last: point, late });
        } else if late != line.late {
            // Another slope from here on.
            self.line = Some(Line { last: Point { at, difference: expected }, late });
        }
        delay as i64
    }

    /// Whether a frame came so much before the line that its stamp is not believed yet: one wrong stamp, from a register
    /// read while it changed or from before the clock was set, would make every frame after it late for ever.
    fn leaps(&mut self, early_us: f64) -> bool {
        self.early = if early_us > LEAP_US { self.early + 1 } else { 0 };
        let leaps = self.early > 0 && self.early < LEAP_FRAMES;
        if self.early == LEAP_FRAMES {
            self.early = 0;
        }
        leaps
    }

    fn learn(&mut self, point: Point) {
        let Some(window) = &mut self.window else {
            self.window = Some(Window { from: point.at, least: point });
            return;
        };
        if point.difference < window.least.difference {
            window.least = point;
        }
        if point.at.saturating_sub(window.from) < WINDOW_US {
            return;
        }
        let least = window.least;
        self.window = None;
        if let Some(before) = self.before.replace(least) {
            let elapsed = least.at.saturating_sub(before.at);
            let drift = (least.difference - before.difference) / elapsed.max(1) as f64;
            // Faster is no drift but a delay that grows, or a clock that was set.
            if elapsed >= WINDOW_US / 4 && drift.abs() <= FASTEST_DRIFT {
                let share = if self.windows == 0 { 1.0 } else { 0.25 };
                self.drift += share * (drift - self.drift);
                self.windows = self.windows.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000;
    const HOUR: i64 = 3600 * S;

    /// A bus with a frame every 20 ms.
    struct Bus {
        delay: HardwareDelay,
        drift: f64,
        now: i64,
        random: u64,
    }

    impl Bus {
        fn new(drift: f64) -> Self {
            Self { delay: HardwareDelay::default(), drift, now: 5 * S, random: 1 }
        }

        /// The driver takes 0.1 to 2.1 ms for each frame, and now and then 8.
        fn jitter(&mut self) -> i64 {
            self.random =
                self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let random = (self.random >> 33) as i64;
            if random % 97 == 0 { 8_000 } else { 100 + random % 2_000 }
        }

        /// Goes on for so long, each frame so late; the least and the greatest delay that was seen.
        fn run(&mut self, duration: i64, late: i64) -> (i64, i64) {
            let end = self.now + duration;
            let (mut least, mut most) = (i64::MAX, i64::MIN);
            while self.now < end {
                self.now += 20_000;
                // The hardware's clock began at some other time, and runs at another rate.
                let hardware = ((self.now - late) as f64 * (1.0 - self.drift)) as i64 + 777_777_777_777;
                let at = self.now + self.jitter();
                let seen = self.delay.of(at, hardware);
                (least, most) = (least.min(seen), most.max(seen));
            }
            (least, most)
        }
    }

    #[test]
    fn an_hour_of_drift_is_no_delay() {
        for drift in [-200e-6, -50e-6, 0.0, 50e-6, 200e-6] {
            let mut bus = Bus::new(drift);
            let (_, most) = bus.run(HOUR, 0);
            assert!(most < 10_000, "{drift}: {most} us");
        }
    }

    #[test]
    fn frames_that_come_late_are_seen_at_once_and_for_as_long_as_they_do() {
        for drift in [-200e-6, 0.0, 200e-6] {
            for late in [80_000, 2 * S, 180 * S] {
                for warm in [5 * S, 120 * S] {
                    let mut bus = Bus::new(drift);
                    bus.run(warm, 0);
                    let (least, most) = bus.run(S, late);
                    // The delay itself is measured by a clock that drifts.
                    let off = 5_000 + late / 4_000;
                    assert!(least > late - off, "{drift}, {late} after {warm}: {least} us");
                    assert!(most < late + off + 10_000, "{drift}, {late} after {warm}: {most} us");
                    if warm > 100 * S {
                        let (least, _) = bus.run(10 * 60 * S, late);
                        assert!(least > late - off - 15_000, "{drift}, {late}: {least} us after ten minutes");
                    }
                    let (_, most) = bus.run(10 * S, 0);
                    assert!(most < 10_000, "{drift}, {late}: {most} us when all is well again");
                }
            }
        }
    }

    #[test]
    fn a_queue_that_grows_is_seen_before_it_matters() {
        let mut bus = Bus::new(-100e-6);
        bus.run(120 * S, 0);
        let mut most = 0;
        // The controller loses 1 ms in each second.
        for second in 1..=100 {
            most = bus.run(S, second * 1_000).1;
        }
        assert!(most > 80_000, "{most} us of 100 ms");
    }

    #[test]
    fn a_silence_of_an_hour_is_no_delay() {
        let mut bus = Bus::new(200e-6);
        bus.run(120 * S, 0);
        bus.now += HOUR;
        let (_, most) = bus.run(S, 0);
        assert!(most < 120_000, "{most} us: within what a clock may wander in an hour");
    }

    #[test]
    fn a_wrong_stamp_does_not_make_the_frames_after_it_late() {
        for warm in [5 * S, 120 * S] {
            for ahead in [50_000, S, HOUR] {
                let mut bus = Bus::new(50e-6);
                bus.run(warm, 0);
                for wrong in 1..LEAP_FRAMES {
                    for _ in 0..wrong {
                        bus.run(20_000, -ahead);
                    }
                    let (_, most) = bus.run(12 * S, 0);
                    assert!(most < 10_000, "{ahead} us ahead, {wrong} times after {warm}: {most} us");
                }
                let (least, _) = bus.run(S, 80_000);
                assert!(least > 70_000, "{ahead} us ahead: {least} us of 80 ms");
            }
        }
    }

    #[test]
    fn the_ends_of_the_clocks_do_no_harm() {
        let mut delay = HardwareDelay::default();
        for (at, hardware) in [(0, i64::MAX), (1, i64::MIN), (i64::MAX, 0), (i64::MIN, i64::MAX), (5, 5)] {
            assert!(delay.of(at, hardware) >= 0);
        }
    }
}
