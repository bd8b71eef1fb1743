//! Signals that are sent again and again, with the header made once.
//!
//! zbus writes the header of each message anew, field by field: some 17,000 instructions, of which the number in the body is a
//! few. The header of a signal is the same each time but for its serial and the length of the body, which stand at fixed places.

use std::fmt;
use std::io::{self, IoSlice};
use std::num::NonZeroU32;

use zbus::Message;

use super::socket::{Out, write_all};

/// Serials of these messages. zbus counts its own from 1, and nobody replies to a signal.
const FIRST_SERIAL: u32 = 0x4000_0000;

/// The way to the bus beside that of a `Connection`. Messages of both come out whole.
pub struct Direct {
    out: Out,
    serial: u32,
}

impl Direct {
    pub(super) const fn new(out: Out) -> Self {
        Self { out, serial: 0 }
    }

    /// A serial for the next message.
    pub fn serial(&mut self) -> NonZeroU32 {
        self.serial = self.serial.wrapping_add(1) % FIRST_SERIAL;
        NonZeroU32::MIN.saturating_add(FIRST_SERIAL + self.serial)
    }

    /// Sends whole messages, one behind the other, or none.
    ///
    /// # Errors
    /// The connection is lost.
    pub async fn send(&self, messages: &[u8]) -> io::Result<()> {
        write_all(&*self.out.lock().await, &mut [IoSlice::new(messages)]).await
    }
}

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Direct").finish_non_exhaustive()
    }
}

/// The header of a message, for others that differ from it in nothing but their bodies.
#[derive(Clone, Debug)]
pub struct Head(Vec<u8>);

impl Head {
    /// That of `message`, whose body may be any of the same signature.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let bytes: &[u8] = message.data();
        let body = bytes.len() - message.body().len();
        Self(bytes[..body].to_vec())
    }

    /// Adds a message to `messages`. `body` is in the byte order of this machine.
    pub fn put(&self, serial: NonZeroU32, body: &[u8], messages: &mut Vec<u8>) {
        let begin = messages.len();
        messages.extend_from_slice(&self.0);
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        messages[begin + 4..begin + 8].copy_from_slice(&length.to_ne_bytes());
        messages[begin + 8..begin + 12].copy_from_slice(&serial.get().to_ne_bytes());
        messages.extend_from_slice(body);
    }
}

#[cfg(test)]
mod tests {
    use zbus::wire::serialized::Context;
    use zbus::wire::{NATIVE_ENDIAN, to_bytes};

    use super::*;

    fn signal() -> zbus::message::Builder<'static> {
        Message::signal("/org/example/It", "org.example.It", "ItChanged").sender(":1.7")
    }

    #[tokio::test]
    async fn nothing_to_send_is_no_error() {
        let (ours, _theirs) = tokio::net::UnixStream::pair().expect("two sockets");
        let direct = Direct::new(std::sync::Arc::new(tokio::sync::Mutex::new(ours.into_split().1)));
        direct.send(&[]).await.expect("nothing is sent");
    }

    #[test]
    fn a_message_with_a_known_head_is_that_of_zbus() {
        let serial = NonZeroU32::new(0x4000_0005).expect("not 0");
        for text in ["", "a", "a longer body than the first one"] {
            let head = Head::of(&signal().build(&"another").expect("a signal"));
            let body = to_bytes(Context::new(NATIVE_ENDIAN, 0), &text).expect("a body");
            let mut messages = b"what was there".to_vec();
            head.put(serial, &body, &mut messages);
            let like = signal().serial(serial).build(&text).expect("a signal");
            assert_eq!(&messages[14..], &**like.data(), "{text:?}");
        }
    }
}
