//! Fields that count.

use super::place::Place;
use super::sample::Sample;

/// A field that goes on by one from frame to frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub place: Place,
    /// How many values it has, from 0.
    pub values: u32,
}

/// Fewer frames show no counter.
const FRAMES: usize = 24;

impl Field {
    pub fn overlaps(&self, place: Place) -> bool {
        self.place.overlaps(place)
    }
}

/// All of them, most bits first; none that is a part of another.
pub(super) fn search(sample: &Sample) -> Vec<Field> {
    let mut found: Vec<Field> = Vec::new();
    if sample.frames.len() < FRAMES {
        return found;
    }
    for bits in (2..=8).rev() {
        for byte in 0..sample.length {
            for shift in 0..=8 - bits {
                let place = Place::field(byte, shift, bits);
                if !found.iter().any(|known| known.overlaps(place))
                    && let Some(values) = counts(sample, place)
                {
                    found.push(Field { place, values });
                }
            }
        }
    }
    found
}

/// How many values it has, if it counts.
fn counts(sample: &Sample, place: Place) -> Option<u32> {
    let own = place.own(place.byte);
    if sample.varying[place.byte] & own != own {
        return None;
    }
    let mut seen = [false; 256];
    for (_, payload) in &sample.frames {
        seen[place.value(payload) as usize] = true;
    }
    let values = seen.iter().rposition(|seen| *seen)? as u32 + 1;
    // Values are missing: AUTOSAR leaves out the last of sixteen, and none else does.
    let is_full = values == place.mask() + 1 || place.bits == 4 && values == place.mask();
    if !is_full || seen[..values as usize].contains(&false) {
        return None;
    }
    let steps = sample.frames.windows(2).map(|pair| {
        let [from, to] = [&pair[0].1, &pair[1].1].map(|payload| place.value(payload));
        (to + values - from) % values
    });
    let (mut moved, mut by_one, mut back) = (0, 0, 0);
    steps.filter(|step| *step != 0).for_each(|step| {
        moved += 1;
        by_one += usize::from(step == 1);
        back += usize::from(step > values / 2);
    });
    // Of two bits a quarter is by one by chance; a slow logger drops half.
    let (least, of) = if place.bits == 2 { (3, 4) } else { (1, 2) };
    // A counter with the bits of something else above it goes back where it should go on.
    if place.bits > 2 && back * 50 > moved {
        return None;
    }
    let is_counter = moved * 2 >= sample.frames.len() && by_one * of >= moved * least;
    (is_counter && moved >= FRAMES / 2).then_some(values)
}
