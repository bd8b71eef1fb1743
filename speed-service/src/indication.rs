//! What a display should show for a speed.

use std::ops::RangeInclusive;

/// `[indication] tolerance_percent` unless the file says another: a tyre between new and worn, cold and warm.
pub const DEFAULT_TOLERANCE_PERCENT: f64 = 2.5;

/// With more, what a tyre at the far end of its tolerance would show is above UN R39.
pub const TOLERANCE_PERCENT: RangeInclusive<f64> = 0.0..=4.5;

/// The speed, km/h, that is never below the true one while the tyres are within `tolerance_percent` of those that
/// `speed_kmh` counts on: what the wheels say of a true speed V2 is V2 - `tolerance_percent` at the least, and this is
/// the V2 of that. 0 stays 0.
///
/// UN Regulation No. 39 wants of the speed that is shown, V1, and the true speed, V2:
/// 0 <= V1 - V2 <= 0.1 V2 + 4 km/h. A display that rounds this up, to km/h or miles an hour, keeps to it.
#[must_use]
pub fn indicated_kmh(speed_kmh: f64, tolerance_percent: f64) -> f64 {
    speed_kmh / (1.0 - tolerance_percent / 100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KM_PER_MILE: f64 = 1.609_344;

    /// What the digits of the cluster may be above the value: rounding up, and the quarter that holds a number.
    const DIGITS: f64 = 1.25;

    /// Of sums and quotients of doubles.
    const NOISE: f64 = 1e-9;

    #[test]
    fn standing_is_shown_as_standing() {
        assert_eq!(indicated_kmh(0.0, DEFAULT_TOLERANCE_PERCENT).to_bits(), 0.0_f64.to_bits());
    }

    proptest! {
        /// For any tolerance that the file may say, and wheels that read high or low by as much.
        #[test]
        fn what_is_shown_keeps_to_un_r39(
            true_kmh in 0.0..=300.0_f64,
            percent in TOLERANCE_PERCENT,
            part in -1.0..=1.0_f64,
            unit_kmh in prop_oneof![Just(1.0), Just(KM_PER_MILE)],
        ) {
            let off = part * percent / 100.0;
            // Off by a part of the true speed, and the true speed off by a part of it.
            for speed_kmh in [true_kmh * (1.0 + off), true_kmh / (1.0 + off)] {
                let least = indicated_kmh(speed_kmh, percent);
                let most = least + DIGITS * unit_kmh;
                prop_assert!(least >= true_kmh - NOISE, "{least} for {true_kmh}");
                prop_assert!(most - true_kmh <= 0.1 * true_kmh + 4.0, "{most} for {true_kmh}");
            }
        }

        #[test]
        fn more_speed_is_never_shown_as_less(a in 0.0..=300.0_f64, b in 0.0..=300.0_f64, percent in TOLERANCE_PERCENT) {
            let (less, more) = (a.min(b), a.max(b));
            prop_assert!(indicated_kmh(less, percent) <= indicated_kmh(more, percent));
        }
    }
}
