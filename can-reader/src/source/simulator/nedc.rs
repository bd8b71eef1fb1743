//! The New European Driving Cycle: UN Regulation 83, Annex 4a, Table 1 (elementary urban cycle, driven four
//! times) and Table 2 (extra-urban cycle).

use super::grip::Grip;
use super::motion::Motion;

/// The tightest bend, metres.
const SMALLEST_RADIUS_M: f64 = 15.0;

/// What passengers put up with, m/s2.
const MOST_LATERAL_MS2: f64 = 2.0;

/// Duration of the whole cycle, seconds: four times 195 and once 400.
pub(super) const CYCLE_S: f64 = 1180.0;

const URBAN_S: f64 = 195.0;
const URBAN_TIMES: f64 = 4.0;

/// One operation of the table: the speed runs straight from that of the operation before to this.
struct Operation {
    seconds: f64,
    end_kmh: f64,
}

const fn op(_phase: u8, seconds: u8, end_kmh: u8) -> Operation {
    Operation { seconds: seconds as f64, end_kmh: end_kmh as f64 }
}

/// Phase, duration in seconds, speed at the end in km/h.
const URBAN: &[Operation] = &[
    op(1, 11, 0), // idling
    op(2, 4, 15),
    op(3, 8, 15),
    op(4, 2, 10),
    op(4, 3, 0),  // clutch disengaged
    op(5, 21, 0), // idling
    op(6, 5, 15),
    op(6, 2, 15), // gear change
    op(6, 5, 32),
    op(7, 24, 32),
    op(8, 8, 10),
    op(8, 3, 0),  // clutch disengaged
    op(9, 21, 0), // idling
    op(10, 5, 15),
    op(10, 2, 15), // gear change
    op(10, 9, 35),
    op(10, 2, 35), // gear change
    op(10, 8, 50),
    op(11, 12, 50),
    op(12, 8, 35),
    op(13, 13, 35),
    op(14, 2, 35), // gear change
    op(14, 7, 10),
    op(14, 3, 0), // clutch disengaged
    op(15, 7, 0), // idling
];

/// Phase, duration in seconds, speed at the end in km/h.
const EXTRA_URBAN: &[Operation] = &[
    op(1, 20, 0), // idling
    op(2, 5, 15),
    op(2, 2, 15), // gear change
    op(2, 9, 35),
    op(2, 2, 35), // gear change
    op(2, 8, 50),
    op(2, 2, 50), // gear change
    op(2, 13, 70),
    op(3, 50, 70),
    op(4, 8, 50),
    op(5, 69, 50),
    op(6, 13, 70),
    op(7, 50, 70),
    op(8, 35, 100),
    op(9, 30, 100),
    op(10, 20, 120),
    op(11, 10, 120),
    op(12, 16, 80),
    op(12, 8, 50),
    op(12, 10, 0), // clutch disengaged
    op(13, 20, 0), // idling
];

/// The cycle on a road; the regulation has it straight.
pub(super) fn motion(seconds: f64) -> Motion {
    let speed_ms = speed_kmh(seconds) / 3.6;
    // -1 to 1, changing slowly and never quite the same again.
    let bend = 0.6 * (seconds / 7.3).sin() + 0.4 * (seconds / 3.1).sin();
    let tightest = (1.0 / SMALLEST_RADIUS_M).min(MOST_LATERAL_MS2 / (speed_ms * speed_ms));
    Motion { speed_ms, curvature: bend * tightest, grip: Grip::Rolls, leg_s: 0.0, left_s: 0.0 }
}

/// The speed so many seconds after the start, km/h; the cycle is driven again and again.
fn speed_kmh(seconds: f64) -> f64 {
    let seconds = seconds.rem_euclid(CYCLE_S);
    let (table, mut seconds) = if seconds < URBAN_TIMES * URBAN_S {
        (URBAN, seconds % URBAN_S)
    } else {
        (EXTRA_URBAN, seconds - URBAN_TIMES * URBAN_S)
    };
    let mut start_kmh = 0.0;
    for operation in table {
        if seconds < operation.seconds {
            return start_kmh + (operation.end_kmh - start_kmh) * seconds / operation.seconds;
        }
        seconds -= operation.seconds;
        start_kmh = operation.end_kmh;
    }
    start_kmh
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(table: &[Operation]) -> f64 {
        table.iter().map(|operation| operation.seconds).sum()
    }

    fn kilometres(table: &[Operation]) -> f64 {
        let starts = std::iter::once(0.0).chain(table.iter().map(|operation| operation.end_kmh));
        table.iter().zip(starts).map(|(op, start)| (start + op.end_kmh) / 2.0 * op.seconds / 3600.0).sum()
    }

    #[test]
    fn durations_and_distances_are_those_of_the_regulation() {
        assert_eq!(seconds(URBAN), URBAN_S);
        assert_eq!(seconds(EXTRA_URBAN), 400.0);
        assert_eq!(URBAN_TIMES * seconds(URBAN) + seconds(EXTRA_URBAN), CYCLE_S);
        assert!((kilometres(EXTRA_URBAN) - 6.955).abs() < 0.001, "{}", kilometres(EXTRA_URBAN));
        let whole = 4.0 * kilometres(URBAN) + kilometres(EXTRA_URBAN);
        assert!((whole / 11.007 - 1.0).abs() < 0.005, "{whole} km");
    }

    /// The regulation's own breakdown of the urban cycle: idling 60 s, steady 57 s, acceleration 36 s,
    /// deceleration 25 + 9 s, gear changes 8 s (which are steady here).
    #[test]
    fn the_urban_cycle_breaks_down_as_in_the_regulation() {
        let starts = std::iter::once(0.0).chain(URBAN.iter().map(|operation| operation.end_kmh));
        let (mut idle, mut steady, mut up, mut down) = (0.0, 0.0, 0.0, 0.0);
        for (operation, start) in URBAN.iter().zip(starts) {
            let sum = match operation.end_kmh {
                end if end > start => &mut up,
                end if end < start => &mut down,
                end if end > 0.0 => &mut steady,
                _ => &mut idle,
            };
            *sum += operation.seconds;
        }
        assert_eq!((idle, steady, up, down), (60.0, 57.0 + 8.0, 36.0, 25.0 + 9.0));
    }

    #[test]
    fn bends_stay_within_what_passengers_bear() {
        let motions = (0..59_000).map(|step| motion(f64::from(step) * 0.02));
        for Motion { speed_ms, curvature, .. } in motions {
            assert!(curvature.abs() <= 1.0 / SMALLEST_RADIUS_M);
            assert!(curvature.abs() * speed_ms * speed_ms <= MOST_LATERAL_MS2 + 1e-9);
        }
    }

    #[test]
    fn speeds_at_known_times() {
        for (at, kmh) in [
            (0.0, 0.0),
            (13.0, 7.5),
            (20.0, 15.0),
            (70.0, 32.0),
            (150.0, 50.0),
            (195.0 + 150.0, 50.0),
            (780.0, 0.0),
            (780.0 + 326.0, 110.0),
            (780.0 + 340.0, 120.0),
            (1179.9, 0.0),
            (1180.0 + 13.0, 7.5),
            (1180e6 + 340.0 + 780.0, 120.0),
        ] {
            assert!((speed_kmh(at) - kmh).abs() < 1e-6, "{at} s: {} km/h", speed_kmh(at));
        }
        let fastest = (0..11_800).map(|tenth| speed_kmh(f64::from(tenth) / 10.0)).fold(0.0, f64::max);
        assert_eq!(fastest, 120.0);
    }
}
