//! What sort of interface it is, as the kernel's link layer says (rtnetlink(7)).

use std::os::fd::AsRawFd;

use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto, socket,
};

/// linux/rtnetlink.h, linux/netlink.h and linux/if_link.h.
const RTM_NEWLINK: u16 = 16;
const RTM_GETLINK: u16 = 18;
const NLM_F_REQUEST: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_LINKINFO: u16 = 18;
const IFLA_INFO_KIND: u16 = 1;
/// The upper bits of an attribute's type are flags.
const TYPE_MASK: u16 = 0x3FFF;
const HEADER: usize = 16;
const IFINFO: usize = 16;

/// Whether no car can be behind this interface: it is a vcan or a vxcan. `false` for one that is not there.
#[must_use]
pub fn is_virtual_can(name: &str) -> bool {
    kind(name).is_some_and(|kind| matches!(&kind[..], b"vcan" | b"vxcan"))
}

/// The kind of the link: `can` of controllers and serial adapters, `vcan`, and so on; `None` where it has none.
fn kind(name: &str) -> Option<Vec<u8>> {
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = socket(AddressFamily::Netlink, SockType::Raw, flags, SockProtocol::NetlinkRoute).ok()?;
    let kernel = NetlinkAddr::new(0, 0);
    sendto(socket.as_raw_fd(), &question(name)?, &kernel, MsgFlags::empty()).ok()?;
    // The answer lies ready: a few hundred bytes, and more in later kernels.
    let mut answer = [0; 16 << 10];
    let length = recv(socket.as_raw_fd(), &mut answer, MsgFlags::MSG_DONTWAIT).ok()?;
    kind_in(answer.get(..length)?)
}

fn question(name: &str) -> Option<Vec<u8>> {
    let mut attribute = name.as_bytes().to_vec();
    attribute.push(0);
    let attribute_length = 4 + attribute.len();
    attribute.resize(attribute.len().next_multiple_of(4), 0);
    let length = HEADER + IFINFO + 4 + attribute.len();
    let mut message = Vec::with_capacity(length);
    message.extend(u32::try_from(length).ok()?.to_ne_bytes());
    message.extend(RTM_GETLINK.to_ne_bytes());
    message.extend(NLM_F_REQUEST.to_ne_bytes());
    // Sequence number and sender; and no index, for the name says which.
    message.extend([0; 8 + IFINFO]);
    message.extend(u16::try_from(attribute_length).ok()?.to_ne_bytes());
    message.extend(IFLA_IFNAME.to_ne_bytes());
    message.extend(attribute);
    Some(message)
}

fn kind_in(answer: &[u8]) -> Option<Vec<u8>> {
    if number(answer, 4)? != RTM_NEWLINK {
        return None;
    }
    let info = attribute(answer.get(HEADER + IFINFO..)?, IFLA_LINKINFO)?;
    let kind = attribute(info, IFLA_INFO_KIND)?;
    Some(kind.iter().copied().take_while(|byte| *byte != 0).collect())
}

/// The content of the first attribute of this type.
fn attribute(mut rest: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (length, kind) = (usize::from(number(rest, 0)?), number(rest, 2)? & TYPE_MASK);
        let content = rest.get(4..length)?;
        if kind == wanted {
            return Some(content);
        }
        rest = rest.get(length.next_multiple_of(4)..)?;
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_virtual_can_is_not_taken_for_one() {
        for name in ["lo", "cardash9", "", "a_name_that_is_too_long_for_any_interface"] {
            assert!(!is_virtual_can(name), "{name}");
        }
    }

    #[test]
    fn the_kind_is_found_among_the_attributes() {
        let mut answer = vec![0; HEADER + IFINFO];
        answer[4..6].copy_from_slice(&RTM_NEWLINK.to_ne_bytes());
        let attribute = |kind: u16, content: &[u8]| {
            let mut bytes = u16::try_from(4 + content.len()).unwrap().to_ne_bytes().to_vec();
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(content);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            bytes
        };
        answer.extend(attribute(IFLA_IFNAME, b"can0\0"));
        // The flag of an attribute that has others in it.
        answer.extend(attribute(IFLA_LINKINFO | 0x8000, &attribute(IFLA_INFO_KIND, b"vcan\0")));
        assert_eq!(kind_in(&answer), Some(b"vcan".to_vec()));
        for length in 0..answer.len() - 8 {
            assert_eq!(kind_in(&answer[..length]), None, "cut at {length}");
        }
        answer[4..6].copy_from_slice(&2_u16.to_ne_bytes());
        assert_eq!(kind_in(&answer), None, "an error");
    }
}
