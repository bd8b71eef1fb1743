//! A client below every library: it can refuse to read, which libraries do not let it.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;

use interfaces::{BUS_NAME, OBJECT_PATH, SPEED_INTERFACE};
use nix::unistd::{Uid, geteuid, seteuid};
use zbus::Message;

const DRIVER: (&str, &str) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");

/// A connection to the bus that reads only when told to.
pub struct RawClient {
    stream: UnixStream,
}

impl RawClient {
    /// Connects as this user, or as the user of the test, and says hello. `address` is of the form
    /// `unix:path=`.
    pub fn connect(address: &str, user: Option<Uid>) -> Self {
        let path = address.trim_start_matches("unix:path=");
        let path = path.split(',').next().expect("a path");
        let mut stream = connect_as(user, path).expect("the bus listens");
        let user = user.unwrap_or_else(geteuid);
        let user: String = user.to_string().bytes().map(|digit| format!("{digit:02x}")).collect();
        write!(stream, "\0AUTH EXTERNAL {user}\r\n").expect("the bus reads");
        let mut answer = String::new();
        // Nothing follows this line until we go on, so nothing is lost in the buffer.
        BufReader::new(&stream).read_line(&mut answer).expect("the bus answers");
        assert!(answer.starts_with("OK "), "{answer}");
        write!(stream, "BEGIN\r\n").expect("the bus reads");
        let mut client = Self { stream };
        client.send(&driver("Hello", &())).expect("the bus reads");
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

    /// Reads and forgets everything in a thread of its own, until the connection ends.
    pub fn drain(&self) {
        let mut stream = self.stream.try_clone().expect("a copy of the socket");
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
        });
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
    let call = Message::method_call(OBJECT_PATH, "getSpeed").destination(BUS_NAME).interface(SPEED_INTERFACE);
    call.build(body).expect("a message").data().to_vec()
}

fn driver<B: serde::Serialize + zbus::DynamicType>(member: &'static str, body: &B) -> Vec<u8> {
    let call = Message::method_call(DRIVER.1, member).destination(DRIVER.0).interface(DRIVER.0);
    call.build(body).expect("a message").data().to_vec()
}

/// The bytes of a call of `org.freedesktop.DBus.Properties.GetAll`, the dearest that there is.
pub fn get_all() -> Vec<u8> {
    let call = Message::method_call(OBJECT_PATH, "GetAll").destination(BUS_NAME);
    let call = call.interface("org.freedesktop.DBus.Properties");
    call.build(&interfaces::DIAGNOSTICS_INTERFACE).expect("a message").data().to_vec()
}
