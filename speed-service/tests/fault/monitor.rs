//! The kernel's own word of an interface's link, heard beside the service: what a fault costs before anybody can know of it (a
//! command that starts, a driver that lets go, in emulation tens of milliseconds) is not the service's.

use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use nix::net::if_::if_nametoindex;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket,
};

use crate::common::PATIENCE;

/// `RTMGRP_LINK` of linux/rtnetlink.h.
const LINKS: u32 = 1;

/// `IFF_UP` of linux/if.h.
const UP: u32 = 1;

/// Where a first message has its `ifi_index` and `ifi_flags`: `struct nlmsghdr` and `struct ifinfomsg`.
const INDEX: usize = 16 + 4;
const FLAGS: usize = 16 + 8;

pub struct Monitor(Receiver<Instant>);

impl Monitor {
    /// Hears of this interface from now on.
    pub fn of(interface: &str) -> Self {
        let index = if_nametoindex(interface).expect("the interface exists");
        let (family, route) = (AddressFamily::Netlink, SockProtocol::NetlinkRoute);
        let socket = socket(family, SockType::Raw, SockFlag::SOCK_CLOEXEC, route).expect("rtnetlink");
        bind(socket.as_raw_fd(), &NetlinkAddr::new(0, LINKS)).expect("its group of links");
        let (sender, times) = channel();
        thread::spawn(move || {
            while !says_down(&socket, index) {}
            // Nobody waits for it where the test has failed already.
            sender.send(Instant::now()).ok();
        });
        Self(times)
    }

    /// When the kernel first said that the link is down.
    pub fn down(&self) -> Instant {
        self.0.recv_timeout(PATIENCE).expect("the kernel says that the link is down")
    }
}

/// Waits for the next message; whether it says that this interface is down.
fn says_down(socket: &OwnedFd, index: u32) -> bool {
    let mut message = [0; 8192];
    let length = recv(socket.as_raw_fd(), &mut message, MsgFlags::empty()).expect("a message");
    let word = |at: usize| u32::from_ne_bytes(message[at..at + 4].try_into().expect("four bytes"));
    length >= FLAGS + 4 && word(INDEX) == index && word(FLAGS) & UP == 0
}
