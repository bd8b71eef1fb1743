//! The state of a network interface, as /sys/class/net shows it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::fault::Fault;

const NET: &str = "/sys/class/net";

/// `ARPHRD_CAN` and others of linux/if_arp.h.
const TYPE_CAN: u32 = 280;
const TYPE_ETHERNET: u32 = 1;
const TYPE_LOOPBACK: u32 = 772;

/// `IFF_UP` of linux/if.h.
const FLAG_UP: u32 = 1;

/// `IFNAMSIZ` of linux/if.h, less the zero at the end.
const LONGEST_NAME: usize = 15;

/// A CAN interface that is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Up {
    /// The kernel's number for it; one that is made again under the same name has another.
    pub index: u32,
    /// `false`: the controller is bus-off.
    pub carrier: bool,
}

/// Looks at the interface.
pub(super) fn look(name: &str) -> Result<Up, Fault> {
    if name.is_empty() {
        return Err(Fault::NoName);
    }
    let odd = |c: char| c == '/' || c == ':' || c.is_whitespace() || c.is_control();
    if name.len() > LONGEST_NAME || name.contains(odd) || matches!(name, "." | "..") {
        return Err(Fault::BadName(name.to_owned()));
    }
    let folder = Path::new(NET).join(name);
    if !folder.exists() {
        if !Path::new(NET).exists() {
            return Err(Fault::Unreadable { name: name.to_owned(), error: ErrorKind::NotFound.into() });
        }
        return Err(Fault::Missing { name: name.to_owned(), others: can_interfaces() });
    }
    let number = |file: &str| {
        number(&folder.join(file)).map_err(|error| Fault::Unreadable { name: name.to_owned(), error })
    };
    match number("type")? {
        TYPE_CAN => {}
        other => {
            let kind = match other {
                TYPE_ETHERNET => "an Ethernet interface".to_owned(),
                TYPE_LOOPBACK => "the loopback interface".to_owned(),
                other => format!("an interface of type {other}"),
            };
            return Err(Fault::WrongKind { name: name.to_owned(), kind, others: can_interfaces() });
        }
    }
    if number("flags")? & FLAG_UP == 0 {
        return Err(Fault::Down(name.to_owned()));
    }
    // Unreadable while the interface goes down, and then the next look finds it down.
    let carrier = number("carrier").unwrap_or(1) != 0;
    Ok(Up { index: number("ifindex")?, carrier })
}

/// A decimal or, after 0x, hexadecimal number.
fn number(file: &Path) -> std::io::Result<u32> {
    let text = fs::read_to_string(file)?;
    let text = text.trim();
    match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    }
    .map_err(std::io::Error::other)
}

fn can_interfaces() -> Vec<String> {
    let Ok(entries) = fs::read_dir(NET) else { return Vec::new() };
    let is_can = |entry: &fs::DirEntry| number(&entry.path().join("type")).is_ok_and(|kind| kind == TYPE_CAN);
    let mut names: Vec<_> = entries
        .flatten()
        .filter(is_can)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cannot_be_are_refused_before_the_kernel_is_asked() {
        assert!(matches!(look(""), Err(Fault::NoName)));
        for name in ["a_name_that_is_too_long", "../../etc", "can0/x", ".", "..", "can 0", "can0\0", "can0:1"]
        {
            assert!(matches!(look(name), Err(Fault::BadName(bad)) if bad == name));
        }
    }

    #[test]
    fn the_loopback_is_no_can_interface() {
        let sentence = look("lo").unwrap_err().to_string();
        assert!(sentence.starts_with("lo is the loopback interface, not a CAN interface"), "{sentence}");
    }

    #[test]
    fn a_missing_interface_is_named() {
        let sentence = look("cardash9").unwrap_err().to_string();
        assert!(sentence.starts_with("there is no interface cardash9; plug"), "{sentence}");
    }
}
