//! The kernel's receive stamps, which are wall-clock time, and those of the hardware, on one clock that never leaps.

use std::time::Duration;

use tokio::time::Instant;

use super::clocks::{Clocks, System};
use super::delay::HardwareDelay;
use crate::frame::{SourceTime, Stamp};

/// A frame that seems older was more probably stamped before the wall clock was set than left lying.
const LIKELY_AGE_US: i64 = 1_000_000;

/// To read the clocks takes less than this, on the slowest machine.
const SAME_MOMENT: Duration = Duration::from_micros(500);

/// How often the clocks are read at most for one frame.
const MOST_TRIES: u32 = 4;

/// The machine was suspended if its clocks have parted by this.
const SHORTEST_SUSPENSION_US: i64 = 50_000;

/// The time since its making, suspensions included, and the way there from the wall clock and from the hardware's.
#[derive(Debug)]
pub(super) struct LinkClock<C = System> {
    clocks: C,
    start: Duration,
    track: Track,
    delay: HardwareDelay,
    /// Boot time less running time, when last read, microseconds.
    suspended_us: i64,
    /// What was given last: the clock never goes back.
    last: i64,
}

impl LinkClock {
    pub fn new() -> Self {
        Self::with(System::new())
    }

    /// Another clock that shows the same time.
    pub fn with_same_start(&self) -> Self {
        Self { start: self.start, ..Self::new() }
    }
}

impl<C: Clocks> LinkClock<C> {
    fn with(clocks: C) -> Self {
        let start = clocks.boot();
        let suspended_us = to_us(start) - to_us(clocks.running());
        Self {
            clocks,
            start,
            track: Track::default(),
            delay: HardwareDelay::default(),
            suspended_us,
            last: 0,
        }
    }

    pub fn now(&self) -> SourceTime {
        self.clocks.boot().saturating_sub(self.start)
    }

    /// The instant at which the clock will show `at`, unless the machine is suspended before; `None` beyond what the
    /// system can count.
    pub fn instant(&self, at: SourceTime) -> Option<Instant> {
        let now = self.now();
        let instant = Instant::now();
        match at.checked_sub(now) {
            Some(ahead) => instant.checked_add(ahead),
            None => Some(instant),
        }
    }

    /// The hardware's clock may be another one from here on: the link was opened.
    pub fn forget_hardware(&mut self) {
        self.delay = HardwareDelay::default();
    }

    /// Stamps a frame that has just been read: with the kernel's stamp or, where there is none, the present; and earlier
    /// by as much as the hardware's stamp, where there is one, says that the kernel was late.
    pub fn stamp(&mut self, kernel_us: Option<u64>, hardware_us: Option<u64>) -> Stamp {
        let (now_us, wall_us) = self.both_clocks_us();
        let frame_us =
            kernel_us.map_or(wall_us, |us| i64::try_from(us).unwrap_or(i64::MAX).min(i64::MAX / 2));
        let heard = self.track.place(frame_us, wall_us, now_us);
        let delay = match hardware_us.and_then(|us| i64::try_from(us).ok()) {
            Some(hardware) if kernel_us.is_some() => self.delay.of(heard, hardware),
            _ => 0,
        };
        self.last = heard.saturating_sub(delay).max(self.last);
        let wall_us = frame_us.saturating_sub(delay).max(0);
        Stamp { wall_us: wall_us.unsigned_abs(), at: SourceTime::from_micros(self.last.unsigned_abs()) }
    }

    /// Both clocks at the same moment: read again where this process was stopped between the two, for then every frame
    /// would seem older by that.
    fn both_clocks_us(&mut self) -> (i64, i64) {
        let mut tries = 0;
        loop {
            let (before, running) = (self.clocks.boot(), self.clocks.running());
            let wall = self.clocks.wall();
            tries += 1;
            if tries == MOST_TRIES || self.clocks.boot().saturating_sub(before) <= SAME_MOMENT {
                self.note_suspension(to_us(before) - to_us(running));
                return (to_us(before.saturating_sub(self.start)), to_us(wall));
            }
        }
    }

    /// A clock of the hardware may have stood still meanwhile, or not.
    fn note_suspension(&mut self, suspended_us: i64) {
        if suspended_us - self.suspended_us >= SHORTEST_SUSPENSION_US {
            self.forget_hardware();
        }
        self.suspended_us = suspended_us;
    }
}

/// What is known of the two clocks. All times in microseconds.
#[derive(Debug, Default)]
struct Track {
    /// Wall clock less our own, when it was last found to explain a stamp.
    offset: Option<i64>,
    /// What was given last: the clock never goes back.
    last: i64,
}

impl Track {
    /// Monotonic time of a frame that the kernel stamped at `frame` on the wall clock, read when the clocks
    /// show `wall` and `now`.
    ///
    /// If the wall clock was set between stamp and reading, the offset from before explains the stamp and
    /// the present one does not.
    fn place(&mut self, frame: i64, wall: i64, now: i64) -> i64 {
        let now = now.max(self.last);
        let offset = wall - now;
        let recent = self.last.max(now - LIKELY_AGE_US);
        let by_present = frame - offset;
        let by_past = self.offset.map(|offset| frame - offset).filter(|at| (self.last..=now).contains(at));
        let at = if (recent..=now).contains(&by_present) {
            self.offset = Some(offset);
            by_present
        } else {
            by_past.unwrap_or_else(|| by_present.clamp(recent, now))
        };
        self.last = at;
        at
    }
}

fn to_us(time: Duration) -> i64 {
    // Half the range holds 146,000 years and lets differences be taken without overflow.
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX).min(i64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const S: i64 = 1_000_000;
    const WALL: i64 = 1_674_148_739 * S;

    /// A clock that has placed one frame at 10 s, with the wall clock at `WALL` + 10 s.
    fn at_ten_seconds() -> Track {
        let mut track = Track::default();
        assert_eq!(track.place(WALL + 10 * S, WALL + 10 * S, 10 * S), 10 * S);
        track
    }

    #[test]
    fn a_frame_is_as_old_as_its_stamp_says() {
        let mut track = at_ten_seconds();
        assert_eq!(track.place(WALL + 11 * S, WALL + 11 * S + 300, 11 * S + 300), 11 * S);
    }

    #[test]
    fn frames_that_waited_long_keep_their_distances() {
        let mut track = at_ten_seconds();
        for n in 1..=200 {
            let at = 10 * S + n * 20_000;
            assert_eq!(track.place(WALL + at, WALL + 14 * S, 14 * S), at);
        }
    }

    #[test]
    fn a_leap_of_the_wall_clock_between_stamp_and_reading_does_not_matter() {
        for leap in [3600 * S, -3600 * S, WALL, 30 * S, -30 * S] {
            let mut track = at_ten_seconds();
            let wall = |at| WALL + leap + at;
            // Two frames stamped before the leap, two after, all read after.
            assert_eq!(track.place(WALL + 10 * S + 20, wall(10 * S + 90), 10 * S + 90), 10 * S + 20);
            assert_eq!(track.place(WALL + 10 * S + 40, wall(10 * S + 90), 10 * S + 90), 10 * S + 40);
            assert_eq!(track.place(wall(10 * S + 60), wall(10 * S + 90), 10 * S + 90), 10 * S + 60);
            assert_eq!(track.place(wall(10 * S + 80), wall(10 * S + 95), 10 * S + 95), 10 * S + 80);
        }
    }

    #[test]
    fn it_never_goes_back_nor_ahead_of_now() {
        let mut track = at_ten_seconds();
        let mut last = 10 * S;
        for (frame, wall, now) in [
            (0, WALL + 11 * S, 11 * S),
            (i64::MAX / 2, WALL + 12 * S, 12 * S),
            (WALL + 5 * S, WALL, 12 * S + 1),
            (WALL + 5 * S, i64::MAX / 2, 12 * S + 2),
            (0, 0, 12 * S + 3),
        ] {
            let at = track.place(frame, wall, now);
            assert!((last..=now).contains(&at), "{at} after {last} at {now}");
            last = at;
        }
    }

    #[test]
    fn the_first_frame_of_all_is_at_most_a_second_old() {
        assert_eq!(Track::default().place(WALL, WALL + 500, 100 * S), 100 * S - 500);
        assert_eq!(Track::default().place(WALL, WALL + 3600 * S, 100 * S), 99 * S);
    }

    /// A machine whose clocks a test sets, microseconds.
    #[derive(Debug, Default)]
    struct Machine {
        boot: Cell<i64>,
        suspended: Cell<i64>,
    }

    impl Machine {
        fn pass(&self, us: i64) {
            self.boot.set(self.boot.get() + us);
        }

        fn suspend(&self, us: i64) {
            self.pass(us);
            self.suspended.set(self.suspended.get() + us);
        }

        /// What the kernel stamps a frame with now.
        fn kernel(&self) -> Option<u64> {
            Some((WALL + self.boot.get()).unsigned_abs())
        }
    }

    impl Clocks for &Machine {
        fn boot(&self) -> Duration {
            Duration::from_micros(self.boot.get().unsigned_abs())
        }

        fn running(&self) -> Duration {
            Duration::from_micros((self.boot.get() - self.suspended.get()).unsigned_abs())
        }

        fn wall(&self) -> Duration {
            Duration::from_micros((WALL + self.boot.get()).unsigned_abs())
        }
    }

    const fn time(us: i64) -> SourceTime {
        SourceTime::from_micros(us.unsigned_abs())
    }

    #[test]
    fn after_a_suspension_nothing_old_is_new() {
        let machine = Machine::default();
        machine.pass(50 * S);
        let mut clock = LinkClock::with(&machine);
        machine.pass(10 * S);
        assert_eq!(clock.stamp(machine.kernel(), None).at, time(10 * S));
        // One more frame comes, and the machine is suspended for an hour before it is read.
        let waiting = machine.kernel();
        machine.suspend(3600 * S);
        machine.pass(300);
        assert_eq!(clock.now(), time(3610 * S + 300));
        let at = clock.stamp(waiting, None).at;
        assert!(clock.now().saturating_sub(at) >= Duration::from_secs(1), "{at:?} is not old");
        machine.pass(20_000);
        assert_eq!(clock.stamp(machine.kernel(), None).at, clock.now());
    }

    #[test]
    fn a_timer_of_a_time_that_a_suspension_skipped_is_due() {
        let machine = Machine::default();
        let clock = LinkClock::with(&machine);
        machine.suspend(60 * S);
        let before = Instant::now();
        assert!(clock.instant(time(S)).unwrap() <= Instant::now());
        assert!(clock.instant(time(61 * S)).unwrap() >= before + Duration::from_secs(1));
    }

    #[test]
    fn a_frame_is_as_old_as_the_hardware_says_where_that_is_older() {
        let machine = Machine::default();
        let mut clock = LinkClock::with(&machine);
        let hardware = |late: i64| Some((machine.boot.get() + 4_000_000_000 - late).unsigned_abs());
        for _ in 0..100 {
            machine.pass(20_000);
            let stamp = clock.stamp(machine.kernel(), hardware(0));
            assert_eq!((stamp.at, Some(stamp.wall_us)), (clock.now(), machine.kernel()));
        }
        for late in [80_000, 2_000_000] {
            for _ in 0..150 {
                machine.pass(20_000);
                clock.stamp(machine.kernel(), hardware(late));
            }
            let age = clock.now().saturating_sub(clock.stamp(machine.kernel(), hardware(late)).at);
            let wanted = time(late);
            assert!(
                age + Duration::from_millis(5) > wanted && age < wanted + Duration::from_millis(5),
                "{age:?}"
            );
        }
        // The driver sets the hardware's clock when the link comes up again.
        clock.forget_hardware();
        for _ in 0..10 {
            machine.pass(200_000);
            assert_eq!(clock.stamp(machine.kernel(), Some(1_000_000)).at, clock.now());
            clock.forget_hardware();
        }
    }

    #[test]
    fn a_hardware_clock_that_stood_still_while_suspended_does_not_make_frames_late() {
        let machine = Machine::default();
        let mut clock = LinkClock::with(&machine);
        let hardware = || Some((machine.boot.get() - machine.suspended.get()).unsigned_abs());
        machine.pass(20_000);
        clock.stamp(machine.kernel(), hardware());
        machine.suspend(600 * S);
        for _ in 0..10 {
            machine.pass(20_000);
            assert_eq!(clock.stamp(machine.kernel(), hardware()).at, clock.now());
        }
    }

    #[test]
    fn the_clocks_of_this_machine_go_on() {
        let mut clock = LinkClock::new();
        let first = clock.stamp(None, None).at;
        let second = clock.stamp(None, None).at;
        assert!(first <= second && second <= clock.now());
    }
}
