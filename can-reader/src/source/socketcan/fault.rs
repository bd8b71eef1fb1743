//! Why no frame can come, in sentences with the remedy.

use std::io;
use std::mem::discriminant;

use nix::errno::Errno;

/// Why no frame can come from an interface.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("no interface is named; give one, such as can0")]
    NoName,
    #[error("`{0}` cannot be an interface: Linux allows names of up to 15 characters without / and spaces")]
    BadName(String),
    #[error(
        "this kernel has no SocketCAN, or does not let this process use it ({}): `sudo modprobe can-raw`, or take \
         a kernel with CONFIG_CAN; under systemd, RestrictAddressFamilies must allow AF_CAN",
        .0.desc()
    )]
    NoSocketCan(Errno),
    #[error(
        "there is no interface {name}; plug the adapter in or load its driver{}",
        list(", or name one of these CAN interfaces: ", .others)
    )]
    Missing { name: String, others: Vec<String> },
    #[error("{name} is {kind}, not a CAN interface{}", list("; these are CAN interfaces: ", .others))]
    WrongKind { name: String, kind: String, others: Vec<String> },
    #[error(
        "interface {0} is down; bring it up: `sudo ip link set {0} up`, with `type can bitrate 500000` or the bit \
         rate of your bus if it has none yet"
    )]
    Down(String),
    #[error("interface {0} went down; it is up again, opening it")]
    WasDown(String),
    #[error("the state of interface {name} cannot be read: {error}; is /sys mounted?")]
    Unreadable { name: String, error: io::Error },
    #[error("interface {name} cannot be opened: {error}; trying again")]
    NotOpened { name: String, error: io::Error },
    #[error("interface {name} cannot be read: {}; opening it again", .error.desc())]
    NotRead { name: String, error: Errno },
    #[error("{name} {how}; {}", restart(.name))]
    BusOff { name: String, how: BusOff },
}

/// How it is known that the controller has left the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BusOff {
    /// By an error frame.
    Told,
    /// By the carrier, which the driver takes away.
    Carrier,
}

impl Fault {
    /// Whether it would tell a person nothing new after `other`: names of other interfaces do not count.
    pub fn is_same_as(&self, other: &Self) -> bool {
        discriminant(self) == discriminant(other)
    }
}

impl std::fmt::Display for BusOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Told => "is bus-off: its controller met too many errors and left the bus",
            Self::Carrier => {
                "has no carrier: its controller is bus-off, or the other end of a vxcan pair is down"
            }
        })
    }
}

fn list(text: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("{text}{}", names.join(", ")) }
}

fn restart(name: &str) -> String {
    format!(
        "check bit rate, wiring and termination, then `sudo ip link set {name} type can restart`, or let it restart \
         by itself: `sudo ip link set {name} down; sudo ip link set {name} up type can restart-ms 100`"
    )
}
