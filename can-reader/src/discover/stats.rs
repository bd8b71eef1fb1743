//! Small statistics over rows of numbers.

/// The middle one; 0 of none.
pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    quantile(values, 0.5)
}

/// The value below which this share of the values lies, between two of them where it falls there; 0 of none.
pub(super) fn quantile(values: impl Iterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<_> = values.collect();
    let Some(last) = values.len().checked_sub(1) else { return 0.0 };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().fold(f64::INFINITY, f64::min);
    if high.is_finite() { low + (place - below as f64) * (high - low) } else { low }
}

/// The mean; 0 of none.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The root of the mean square distance from the mean.
pub(super) fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values);
    let squares: f64 = values.iter().map(|value| (value - middle).powi(2)).sum();
    (squares / values.len().max(1) as f64).sqrt()
}

/// Least and greatest; 0 and 0 of none.
pub(super) fn bounds(values: &[f64]) -> (f64, f64) {
    let ends =
        values.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    if values.is_empty() { (0.0, 0.0) } else { ends }
}

/// Greatest less least.
pub(super) fn spread(values: &[f64]) -> f64 {
    let (low, high) = bounds(values);
    high - low
}

/// Pearson's coefficient of correlation; 0 where one of them does not change.
pub(super) fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (ma, mb) = (mean(a), mean(b));
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - ma, y - mb);
        (aa, bb, ab) = (x.mul_add(x, aa), y.mul_add(y, bb), x.mul_add(y, ab));
    }
    if aa > 0.0 && bb > 0.0 { ab / (aa * bb).sqrt() } else { 0.0 }
}

/// The line `y = k x + b` of least squares, as `(k, b)`; flat where `x` does not change.
pub(super) fn line(x: &[f64], y: &[f64]) -> (f64, f64) {
    let (mx, my) = (mean(x), mean(y));
    let (mut xx, mut xy) = (0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        (xx, xy) = ((x - mx).mul_add(x - mx, xx), (x - mx).mul_add(y - my, xy));
    }
    let k = if xx > 0.0 { xy / xx } else { 0.0 };
    (k, my - k * mx)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_what_their_names_say() {
        let values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(median(values.into_iter()), 2.5);
        assert_eq!(quantile(values.into_iter(), 1.0), 4.0);
        assert_eq!(quantile(std::iter::empty(), 0.5), 0.0);
        assert_eq!((spread(&values), mean(&values)), (3.0, 2.5));
        assert!((deviation(&values) - 1.25_f64.sqrt()).abs() < 1e-12);
        assert!((correlation(&values, &[8.0, 2.0, 6.0, 4.0]) - 1.0).abs() < 1e-12);
        assert_eq!(correlation(&values, &[1.0; 4]), 0.0);
        let (k, b) = line(&values, &[9.0, 3.0, 7.0, 5.0]);
        assert!((k - 2.0).abs() < 1e-12 && (b - 1.0).abs() < 1e-12);
    }
}
