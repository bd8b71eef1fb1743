//! Which built-in vehicles have speeds where some were found. It is said beside what was found, and takes no part in the finding.

use crate::Vehicle;
use crate::dbc::{self, ByteOrder};
use crate::discover::{Candidate, Signal};

/// Where the last bit of a number is, in the order of the wire for Motorola.
fn last_bit(order: ByteOrder, start: usize, length: usize) -> usize {
    match order {
        ByteOrder::Intel => start,
        ByteOrder::Motorola => start / 8 * 8 + (7 - start % 8) + length.saturating_sub(1),
    }
}

/// The highest bits tell nothing where no drive reaches them: a number that was found may have so many more or fewer.
const UNSEEN_BITS: usize = 4;

/// Whether both are one number.
fn is_same(found: &Signal, known: &dbc::Signal) -> bool {
    let (start, bits) = (usize::from(known.start_bit()), usize::from(known.bits()));
    found.mux.is_none()
        && found.order == known.byte_order()
        && found.length.abs_diff(bits) <= UNSEEN_BITS
        && last_bit(found.order, found.start, found.length) == last_bit(found.order, start, bits)
}

/// The built-in vehicles that have all of these, by name and title.
pub(super) fn vehicles(candidate: &Candidate) -> Vec<(String, String)> {
    let has = |vehicle: &Vehicle, found: &Signal| {
        let decoder = vehicle.decoder();
        let mut speeds = decoder.messages().filter(|(message, ..)| {
            decoder.wanted_for_speed().iter().any(|filter| filter.matches(message.id()))
        });
        speeds.any(|(message, filter, _)| {
            filter.matches(found.id) && message.signals().iter().any(|known| is_same(found, known))
        })
    };
    let vehicles = Vehicle::builtin().into_iter().filter_map(|name| Vehicle::find(name).ok());
    vehicles
        .filter(|vehicle| candidate.signals.iter().all(|found| has(vehicle, found)))
        .map(|vehicle| (vehicle.name().to_owned(), vehicle.title().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bits_in_either_order() {
        // 16 bits from bit 7 on, and 13 of them.
        assert_eq!(last_bit(ByteOrder::Motorola, 7, 16), last_bit(ByteOrder::Motorola, 4, 13));
        assert_ne!(last_bit(ByteOrder::Motorola, 7, 16), last_bit(ByteOrder::Motorola, 7, 13));
        assert_eq!(last_bit(ByteOrder::Intel, 12, 12), 12);
    }
}
