//! Whether a flag means in the drive what it is taken to mean.

use super::Drive;
use crate::dbc::{Message, Signal};

/// Whether a flag lets most frames through: with the raw values `is`, or where there are none with anything but 0, it is set;
/// `is_valid`: set means valid. `None` where the drive has none of its frames.
pub(in crate::profile) fn counts_as_valid(
    drive: &Drive,
    (message, signal): (&Message, &Signal),
    is: &[i64],
    is_valid: bool,
) -> Option<bool> {
    let raws: Vec<_> = drive.of(message.id()).iter().filter_map(|(_, payload)| signal.raw(payload)).collect();
    let is_set =
        |raw: u64| if is.is_empty() { raw != 0 } else { is.iter().any(|is| u64::try_from(*is) == Ok(raw)) };
    let valid = raws.iter().filter(|raw| is_set(**raw) == is_valid).count();
    (!raws.is_empty()).then_some(valid * 2 > raws.len())
}
