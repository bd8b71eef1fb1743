//! AUTOSAR's end-to-end protection by the names of its profiles, each as the cyclic checksum that it is.
//!
//! The checksum's place comes from its signal, so that an offset of the header needs no word: the bytes before and after
//! it count, its own do not.

use super::cyclic::{Cyclic, Extra};
use super::description::DataIdMode;
use super::parts::Parts;

/// Profiles 1 and 11: the polynomial of SAE J1850, with nothing inverted; the data id goes before the data.
pub(super) fn profile_1(data_id: u16, mode: DataIdMode, counter: Option<&Parts>) -> Option<Cyclic> {
    let [low, high] = data_id.to_le_bytes();
    let head = match mode {
        DataIdMode::Both => Extra::Always([low, high].into()),
        DataIdMode::Low => Extra::Always([low].into()),
        // The low nibble of the high byte is sent, and counts as data.
        DataIdMode::Nibble => Extra::Always([low, 0].into()),
        DataIdMode::Alternating => Extra::ByCounter([low, high].into_iter().cycle().take(16).collect()),
    };
    Some(Cyclic { head, counter: counter.cloned(), ..Cyclic::plain(8, 0x1D, 0, 0)? })
}

/// Profiles 2 and 22: polynomial 0x2F; the byte that the counter chooses goes after the data.
pub(super) fn profile_2(data_ids: Box<[u8]>, counter: Option<&Parts>) -> Option<Cyclic> {
    let tail = Extra::ByCounter(data_ids);
    Some(Cyclic { tail, counter: counter.cloned(), ..Cyclic::plain(8, 0x2F, 0xFF, 0xFF)? })
}

/// Profile 5: CRC-16 with polynomial 0x1021; the data id goes after the data, low byte first.
pub(super) fn profile_5(data_id: u16) -> Option<Cyclic> {
    let tail = Extra::Always(data_id.to_le_bytes().into());
    Some(Cyclic { tail, ..Cyclic::plain(16, 0x1021, 0xFFFF, 0)? })
}
