//! A call that is answered where it is read, before the object server of zbus sees it.
//!
//! For a call the object server makes a message of the bytes, hands it from task to task, looks up object and interface, and
//! makes the answer with general means: some 23,000 instructions, for a number that is at hand. What is asked for all the
//! time is worth a shorter way. It is for the plain call alone. Whatever is unusual about one (arguments, an unknown flag,
//! another byte order, a field that is missing) goes the long way, and so does one to which there is no number to give: what is
//! answered then, and with which error, is decided in one place.

use std::fmt;

/// Size of what every message begins with, up to and with the length of its fields.
pub(super) const HEAD: usize = 16;

const LITTLE: u8 = b'l';
const BIG: u8 = b'B';
const CALL: u8 = 1;
const RETURN: u8 = 2;
const VERSION: u8 = 1;

/// The flag of who wants no answer.
const NO_REPLY: u8 = 0x1;

/// Flags without a meaning for who answers: do not start a service, a person may be asked for a password.
const HARMLESS: u8 = 0x2 | 0x4;

/// Fields of the header, by their codes.
const PATH: u8 = 1;
const INTERFACE: u8 = 2;
const MEMBER: u8 = 3;
const REPLY_SERIAL: u8 = 5;
const DESTINATION: u8 = 6;
const SENDER: u8 = 7;
const SIGNATURE: u8 = 8;

/// Serials of these answers. zbus counts its own from 1, and nobody replies to a reply.
const FIRST_SERIAL: u32 = 0x8000_0000;

/// A method without arguments that gives one `i`.
pub struct Quick {
    destination: &'static str,
    path: &'static str,
    interface: &'static str,
    member: &'static str,
    answer: Box<dyn Fn() -> Option<i32> + Send + Sync>,
}

impl Quick {
    /// `member` of `interface` at `path`, when called by the name `destination`. `answer` is asked for each call and must not
    /// wait; `None` leaves the call to the object server.
    pub fn new(
        destination: &'static str,
        path: &'static str,
        interface: &'static str,
        member: &'static str,
        answer: impl Fn() -> Option<i32> + Send + Sync + 'static,
    ) -> Self {
        Self { destination, path, interface, member, answer: Box::new(answer) }
    }

    /// Adds the answer to `message`, which is whole, to `replies`; `false` leaves it to the object server. Who wants no
    /// answer to a question has been served when it is read.
    pub(super) fn answer(&self, message: &[u8], serial: &mut u32, replies: &mut Vec<u8>) -> bool {
        let Some(call) = self.asked(message) else { return false };
        let Some(value) = (self.answer)() else { return false };
        if call.wants_reply {
            *serial = serial.wrapping_add(1) | FIRST_SERIAL;
            reply(&call, *serial, value, replies);
        }
        true
    }

    fn asked<'m>(&self, message: &'m [u8]) -> Option<Call<'m>> {
        let (head, fields) = message.split_at_checked(HEAD)?;
        let [LITTLE, CALL, flags, VERSION, 0, 0, 0, 0, s0, s1, s2, s3, ..] = *head else { return None };
        let fields = fields.get(..number(head, 12)?)?;
        if flags & !(HARMLESS | NO_REPLY) != 0 {
            return None;
        }
        let (mut found, mut sender, mut rest) = (0, None, fields);
        while !rest.is_empty() {
            let (code, value, after) = text_field(rest)?;
            let wanted = match code {
                PATH => self.path,
                INTERFACE => self.interface,
                MEMBER => self.member,
                DESTINATION => self.destination,
                SENDER => {
                    sender = Some(value);
                    rest = after;
                    continue;
                }
                _ => return None,
            };
            if value != wanted.as_bytes() {
                return None;
            }
            found |= 1 << code;
            rest = after;
        }
        let all = 1 << PATH | 1 << INTERFACE | 1 << MEMBER | 1 << DESTINATION;
        let serial = [s0, s1, s2, s3];
        (found == all).then_some(Call { serial, sender: sender?, wants_reply: flags & NO_REPLY == 0 })
    }
}

impl fmt::Debug for Quick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Quick({}.{})", self.interface, self.member)
    }
}

/// What the answer has to say of its call.
struct Call<'m> {
    serial: [u8; 4],
    sender: &'m [u8],
    wants_reply: bool,
}

/// The first field: its code, its text, and what follows it. `None` if it is no text, or damaged.
fn text_field(fields: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [code, 1, b'o' | b's', 0, ..] = *fields else { return None };
    let value = fields.get(8..)?.get(..number(fields, 4)?)?;
    let end = 8 + value.len();
    // A NUL, then up to the next multiple of 8; nothing follows the last one.
    (fields.get(end) == Some(&0)).then_some(())?;
    let after = fields.get((end + 1).next_multiple_of(8)..).unwrap_or_default();
    Some((code, value, after))
}

/// The number of four bytes at `at`, in the byte order of most machines.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(four)).ok()
}

fn reply(call: &Call<'_>, serial: u32, value: i32, replies: &mut Vec<u8>) {
    // The bus adds who answers.
    let begin = replies.len();
    replies.extend_from_slice(&[LITTLE, RETURN, 0, VERSION, 4, 0, 0, 0]);
    replies.extend_from_slice(&serial.to_le_bytes());
    let sender = u32::try_from(call.sender.len()).unwrap_or(u32::MAX);
    replies.extend_from_slice(&(8 + 8 + 8 + sender + 1).to_le_bytes());
    replies.extend_from_slice(&[REPLY_SERIAL, 1, b'u', 0]);
    replies.extend_from_slice(&call.serial);
    replies.extend_from_slice(&[SIGNATURE, 1, b'g', 0, 1, b'i', 0, 0]);
    replies.extend_from_slice(&[DESTINATION, 1, b's', 0]);
    replies.extend_from_slice(&sender.to_le_bytes());
    replies.extend_from_slice(call.sender);
    let body = begin + (replies.len() + 1 - begin).next_multiple_of(8);
    replies.resize(body, 0);
    replies.extend_from_slice(&value.to_le_bytes());
}

/// The length of the message that begins with `head`, [`HEAD`] bytes. `None`: these bytes begin no message.
pub(super) fn length(head: &[u8]) -> Option<usize> {
    let number = |at: usize| {
        let four = head.get(at..at + 4)?.try_into().ok()?;
        let number = match *head.first()? {
            LITTLE => u32::from_le_bytes(four),
            BIG => u32::from_be_bytes(four),
            _ => return None,
        };
        usize::try_from(number).ok()
    };
    let (body, fields) = (number(4)?, number(12)?);
    fields.checked_next_multiple_of(8)?.checked_add(body)?.checked_add(HEAD)
}

/// Whether a message begins with this byte, and no line of the handshake.
pub(super) const fn begins_message(byte: u8) -> bool {
    matches!(byte, LITTLE | BIG)
}

#[cfg(test)]
mod tests;
