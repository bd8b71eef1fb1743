//! A client below every library: it can refuse to read, which libraries do not let it.

use std::fs::File;
use std::io::{BufRead, BufReader, IoSlice, Write};
use std::net::Shutdown;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::thread::JoinHandle;
use std::time::Duration;

use interfaces::{BUS_NAME, OBJECT_PATH, SPEED_INTERFACE};
use nix::errno::Errno;
use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
use nix::unistd::{Uid, geteuid, seteuid};
use zbus::{Fd, Message, Variant};

use super::answers::Answers;

/// The bus itself: its name and its object.
pub const DRIVER: (&str, &str) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");

/// A connection to the bus that reads only when told to.
pub struct RawClient {
    stream: UnixStream,
}

impl RawClient {
    /// Connects as this user, or as the user of the test, agrees to pass file descriptors as libraries do, and says
    /// hello. `address` is of the form `unix:path=`.
    pub fn connect(address: &str, user: Option<Uid>) -> Self {
        let path = address.trim_start_matches("unix:path=");
        let path = path.split(',').next().expect("a path");
        let mut stream = connect_as(user, path).expect("the bus listens");
        let user = user.unwrap_or_else(geteuid);
        let user: String = user.to_string().bytes().map(|digit| format!("{digit:02x}")).collect();
        write!(stream, "\0AUTH EXTERNAL {user}\r\n").expect("the bus reads");
        let answer = |stream: &UnixStream| {
            let mut answer = String::new();
            // Nothing follows this line until we go on, so nothing is lost in the buffer.
            BufReader::new(stream).read_line(&mut answer).expect("the bus answers");
            answer
        };
        let taken = answer(&stream);
        assert!(taken.starts_with("OK "), "{taken}");
        write!(stream, "NEGOTIATE_UNIX_FD\r\n").expect("the bus reads");
        let agreed = answer(&stream);
        assert!(agreed.starts_with("AGREE_UNIX_FD"), "{agreed}");
        write!(stream, "BEGIN\r\n").expect("the bus reads");
        let mut client = Self { stream };
        client.send(&driver("Hello", &())).expect("the bus reads");
        // What comes with file descriptors before the bus is past the greeting, it cannot read.
        Answers::default().read_one(&mut client.stream).expect("the bus answers");
        client
    }

    /// Subscribes to every signal of the object.
    pub fn listen(&mut self) {
        let rule = format!("type='signal',path='{OBJECT_PATH}'");
        self.send(&driver("AddMatch", &rule.as_str())).expect("the bus reads");
    }

    /// Sends bytes, waiting for the bus to take them.
    ///
    /// # Errors
    /// The bus has cut this client off.
    pub fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Sends one message and these file descriptors with it.
    ///
    /// # Errors
    /// The bus has cut this client off.
    pub fn send_with(&mut self, message: &[u8], descriptors: &[RawFd]) -> nix::Result<()> {
        let control = [ControlMessage::ScmRights(descriptors)];
        loop {
            let bytes = [IoSlice::new(message)];
            let flags = MsgFlags::MSG_NOSIGNAL;
            match sendmsg::<()>(self.stream.as_raw_fd(), &bytes, &control, flags, None) {
                Ok(sent) => {
                    let rest = self.stream.write_all(&message[sent..]);
                    return rest.map_err(|_| Errno::EPIPE);
                }
                // So many are on their way to the bus that the kernel takes no more for now.
                Err(Errno::ETOOMANYREFS) => std::thread::sleep(Duration::from_millis(1)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads and counts everything in a thread of its own, until `enough` has come or the connection ends.
    pub fn drain(&self, enough: impl Fn(&Answers) -> bool + Send + 'static) -> JoinHandle<Answers> {
        let stream = self.stream.try_clone().expect("a copy of the socket");
        std::thread::spawn(move || {
            let mut stream = BufReader::with_capacity(1 << 16, stream);
            let mut answers = Answers::default();
            while !enough(&answers) && answers.read_one(&mut stream).is_ok() {}
            answers
        })
    }

    /// Leaves the bus, also where a reader still waits for more.
    pub fn leave(self) {
        // The bus may have been the first to end it.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// The bus sees the user that a program is when it connects, whatever it is afterwards.
fn connect_as(user: Option<Uid>, path: &str) -> std::io::Result<UnixStream> {
    let Some(user) = user else { return UnixStream::connect(path) };
    let test = geteuid();
    seteuid(user)?;
    let stream = UnixStream::connect(path);
    seteuid(test)?;
    stream
}

/// The bytes of a call of `getSpeed`.
pub fn get_speed() -> Vec<u8> {
    get_speed_with(&())
}

/// The bytes of a call of `getSpeed` with arguments, which it does not have.
pub fn get_speed_with<B: serde::Serialize + zbus::DynamicType>(body: &B) -> Vec<u8> {
    call(SPEED_INTERFACE, "getSpeed", body)
}

/// The bytes of a call of `getSpeed` with file descriptors for arguments, which have to be sent with it.
pub fn get_speed_with_descriptors(descriptors: &[File]) -> Vec<u8> {
    get_speed_with(&descriptors.iter().map(Fd::from).collect::<Vec<_>>())
}

/// The bytes of a call of a method that there is not.
pub fn set_speed() -> Vec<u8> {
    call(SPEED_INTERFACE, "setSpeed", &87_i32)
}

/// The bytes of a call that sets a property that can only be read.
pub fn set_property() -> Vec<u8> {
    call(PROPERTIES, "Set", &(SPEED_INTERFACE, "Speed", Variant::from(87.0)))
}

/// The bytes of a call of `org.freedesktop.DBus.Properties.GetAll`, the dearest that there is.
pub fn get_all() -> Vec<u8> {
    call(PROPERTIES, "GetAll", &interfaces::DIAGNOSTICS_INTERFACE)
}

/// The same call by a client that wants no answer.
pub fn without_answer(mut call: Vec<u8>) -> Vec<u8> {
    // The flags of a message, and NO_REPLY_EXPECTED.
    call[2] |= 1;
    call
}

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

fn call<B>(interface: &'static str, member: &'static str, body: &B) -> Vec<u8>
where
    B: serde::Serialize + zbus::DynamicType,
{
    let call = Message::method_call(OBJECT_PATH, member).destination(BUS_NAME).interface(interface);
    call.build(body).expect("a message").data().to_vec()
}

fn driver<B: serde::Serialize + zbus::DynamicType>(member: &'static str, body: &B) -> Vec<u8> {
    let call = Message::method_call(DRIVER.1, member).destination(DRIVER.0).interface(DRIVER.0);
    call.build(body).expect("a message").data().to_vec()
}

/// Calls in one piece, to be sent many times. A bus refuses a call whose serial number is that of one that
/// still waits for its answer, so every call gets a number of its own.
pub struct Batch {
    bytes: Vec<u8>,
    starts: Vec<usize>,
    serial: u32,
}

impl Batch {
    /// The calls in turn, `count` in all.
    pub fn of(calls: &[Vec<u8>], count: usize) -> Self {
        let mut batch = Self { bytes: Vec::new(), starts: Vec::new(), serial: 0 };
        for call in calls.iter().cycle().take(count) {
            batch.starts.push(batch.bytes.len());
            batch.bytes.extend(call);
        }
        batch
    }

    /// The bytes, each call with a number that none had before.
    pub fn numbered(&mut self) -> &[u8] {
        for start in &self.starts {
            self.serial = self.serial.wrapping_add(1).max(1);
            self.bytes[start + 8..start + 12].copy_from_slice(&self.serial.to_ne_bytes());
        }
        &self.bytes
    }
}
