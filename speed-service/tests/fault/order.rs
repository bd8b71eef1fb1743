//! Which numbers of one row are those of another, where both have an order and no times.

/// Of each number that was `told` the place in `all` of the number that it is, if it is one: in order, and as many as can be (the
/// longest common subsequence). From the first that fits onward would be wrong: a drive comes by the same thousandth again.
pub fn places(told: &[f64], all: &[f64], within: f64) -> Vec<Option<usize>> {
    let is = |t: usize, a: usize| (told[t] - all[a]).abs() <= within;
    let width = all.len() + 1;
    // How many of those from `t` on are among those from `a` on.
    let mut most = vec![0_u32; (told.len() + 1) * width];
    for t in (0..told.len()).rev() {
        for a in (0..all.len()).rev() {
            most[t * width + a] = if is(t, a) {
                most[(t + 1) * width + a + 1] + 1
            } else {
                most[(t + 1) * width + a].max(most[t * width + a + 1])
            };
        }
    }
    let mut places = vec![None; told.len()];
    let (mut t, mut a) = (0, 0);
    while t < told.len() && a < all.len() {
        if is(t, a) {
            places[t] = Some(a);
            (t, a) = (t + 1, a + 1);
        } else if most[t * width + a + 1] >= most[(t + 1) * width + a] {
            a += 1;
        } else {
            t += 1;
        }
    }
    places
}
