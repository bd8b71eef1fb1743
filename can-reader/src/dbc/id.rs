//! Message ids as a DBC file writes them: 11 bits, or 29 bits with bit 31 set.

use super::text::quoted_len;
use crate::frame::FrameId;

/// The id as written in a `BO_` statement: bit 31 marks 29 bits.
pub(super) fn frame_id(written: u64) -> Result<FrameId, String> {
    const EXTENDED: u64 = 1 << 31;
    let number = if written < EXTENDED << 1 { written & !EXTENDED } else { written };
    match (written & EXTENDED != 0, u16::try_from(number), u32::try_from(number)) {
        (false, Ok(id @ 0..=0x7FF), _) => Ok(FrameId::Standard(id)),
        (true, _, Ok(id @ 0..=0x1FFF_FFFF)) => Ok(FrameId::Extended(id)),
        (false, ..) if number <= 0x1FFF_FFFF => Err(format!(
            "its id {written} (0x{written:X}) has more than 11 bits; if it has 29, write {} (bit 31 set)",
            written | EXTENDED
        )),
        _ => Err(format!("its id {written} (0x{written:X}) has more than 29 bits; correct its BO_ line")),
    }
}

/// The ids of all `BO_` statements as written, in order. The parser cuts an id without bit 31 to 16 bits,
/// so that it cannot tell 66000 from 464.
pub(super) fn written(text: &str) -> Vec<u64> {
    let mut ids = Vec::new();
    let mut rest = text;
    let mut before = '\n';
    while let Some(char) = rest.chars().next() {
        let skip = if char == '"' {
            quoted_len(rest)
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if !is_word(before) && rest.starts_with("BO_") {
            ids.extend(message_id(&rest[3..]));
            3
        } else {
            char.len_utf8()
        };
        before = rest[..skip].chars().next_back().unwrap_or(before);
        rest = &rest[skip..];
    }
    ids
}

/// The id, when a message's definition follows: `464 NAME :`. Comments and attributes have no colon.
fn message_id(text: &str) -> Option<u64> {
    let text = text.trim_start_matches([' ', '\t']);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let name = text[digits..].trim_start_matches([' ', '\t']);
    let after = name.trim_start_matches(is_word);
    let is_definition = after.len() < name.len() && after.trim_start_matches([' ', '\t']).starts_with(':');
    if is_definition { text[..digits].parse().ok() } else { None }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_definitions_only() {
        let text = "BO_ 464 A: 8 N\nBO_ 66000 B : 8 N\nCM_ BO_ 464 \"x\nBO_ 5 C: 8 N\";\n// BO_ 7 D: 8 N\n\
                    BA_ \"n\" BO_ 464 3;\nBO_TX_BU_ 464 : N;\nBO_ 2147484113 E: 8 N\n";
        assert_eq!(written(text), [464, 66000, 2_147_484_113]);
    }

    #[test]
    fn only_ids_that_a_frame_can_have() {
        assert_eq!(frame_id(0x7FF), Ok(FrameId::Standard(0x7FF)));
        assert_eq!(frame_id(0x8000_0000), Ok(FrameId::Extended(0)));
        assert_eq!(frame_id(0x9FFF_FFFF), Ok(FrameId::Extended(0x1FFF_FFFF)));
        for bad in [0x800, 66_000, 0x1FFF_FFFF, 0x2000_0000, 0xA000_0000, 0xFFFF_FFFF, u64::MAX] {
            assert!(frame_id(bad).is_err(), "{bad:X}");
        }
        assert!(frame_id(0x1FFF_FFFF).unwrap_err().contains("write 2684354559"));
        assert!(frame_id(0x2000_0000).unwrap_err().contains("more than 29 bits"));
    }
}
