//! What the bus sends to a client below every library, counted.

use std::collections::BTreeMap;
use std::io::Read;

use interfaces::OBJECT_PATH;

use super::raw::DRIVER;

/// Messages that a client was sent.
#[derive(Debug, Default)]
pub struct Answers {
    /// Method returns that are not the bus's own: answers of the service.
    pub returns: u64,
    /// Errors by their names, whoever sent them.
    pub errors: BTreeMap<String, u64>,
    /// Signals of the object.
    pub signals: u64,
}

impl Answers {
    /// Reads one message. Bus and service run on this machine, so the byte order is ours.
    ///
    /// # Errors
    /// The connection has ended.
    pub fn read_one(&mut self, stream: &mut impl Read) -> std::io::Result<()> {
        let mut start = [0; 16];
        stream.read_exact(&mut start)?;
        let (body, fields) = (number(&start[4..8]), number(&start[12..16]));
        let mut rest = vec![0; fields.next_multiple_of(8) + body];
        stream.read_exact(&mut rest)?;
        let field = |code| text_field(&rest[..fields], code);
        // The type of a message.
        match start[1] {
            2 if field(SENDER).as_deref() != Some(DRIVER.0) => self.returns += 1,
            3 => *self.errors.entry(field(ERROR_NAME).unwrap_or_default()).or_default() += 1,
            4 if field(PATH).as_deref() == Some(OBJECT_PATH) => self.signals += 1,
            _ => {}
        }
        Ok(())
    }

    /// Adds those of another client.
    pub fn add(&mut self, other: Self) {
        self.returns += other.returns;
        self.signals += other.signals;
        for (name, count) in other.errors {
            *self.errors.entry(name).or_default() += count;
        }
    }
}

/// Codes of header fields, as the D-Bus specification numbers them.
const PATH: u8 = 1;
const ERROR_NAME: u8 = 4;
const SENDER: u8 = 7;

/// A header field that is a string or a path. Each field begins at a multiple of 8: its code, its type as a
/// signature (length, letter, 0), the length of the text, the text.
fn text_field(fields: &[u8], code: u8) -> Option<String> {
    let starts = (0..fields.len()).step_by(8);
    let field = starts
        .map(|at| &fields[at..])
        .find(|field| matches!(field, [first, 1, b's' | b'o', 0, ..] if *first == code))?;
    let length = number(field.get(4..8)?);
    String::from_utf8(field.get(8..8 + length)?.to_vec()).ok()
}

fn number(bytes: &[u8]) -> usize {
    u32::from_ne_bytes(bytes.try_into().expect("4 bytes")) as usize
}
