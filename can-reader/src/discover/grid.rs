//! One clock for all messages.

/// Points in time, evenly spaced: a tenth of a second, or 3000 of them where the log is longer.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// Seconds between two points.
    pub step: f64,
    /// Seconds since the first frame.
    pub at: Vec<f64>,
}

impl Grid {
    pub fn new(seconds: f64) -> Self {
        let step = (seconds / 3000.0).max(0.1);
        let count = (seconds.max(1.0) / step).ceil() as usize;
        Self { step, at: (0..count).map(|n| n as f64 * step).collect() }
    }

    /// How many points this many seconds are; one at least.
    pub fn points(&self, seconds: f64) -> usize {
        ((seconds / self.step).round() as usize).max(1)
    }

    /// The values at the points: between two values on the line between them, before the first and after the last these.
    pub fn put(&self, values: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
        let values: Vec<_> = values.collect();
        let (Some(first), Some(last)) = (values.first(), values.last()) else {
            return vec![0.0; self.at.len()];
        };
        let mut next = 0;
        let value = |at: f64| {
            while values.get(next).is_some_and(|(other, _)| *other <= at) {
                next += 1;
            }
            match (next.checked_sub(1).map(|n| values[n]), values.get(next)) {
                (None, _) => first.1,
                (_, None) => last.1,
                (Some((t0, y0)), Some((t1, y1))) => y0 + (y1 - y0) * (at - t0) / (t1 - t0).max(1e-9),
            }
        };
        self.at.iter().copied().map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_on_lines_between_frames() {
        let grid = Grid::new(1.0);
        assert_eq!((grid.at.len(), grid.points(0.5), grid.points(0.0)), (10, 5, 1));
        let row = grid.put([(0.2, 10.0), (0.4, 20.0)].into_iter());
        for (at, value) in [(0, 10.0), (2, 10.0), (3, 15.0), (4, 20.0), (9, 20.0)] {
            assert!((row[at] - value).abs() < 1e-9, "{at} {row:?}");
        }
        assert_eq!(Grid::new(600.0).at.len(), 3000);
    }
}
