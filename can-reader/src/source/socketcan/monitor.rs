//! Tells when any network interface has changed, so that nothing polls while all is well.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::watch::watch;

/// Messages about interfaces: made, deleted, renamed, up, down (linux/rtnetlink.h).
const RTMGRP_LINK: u32 = 1;

/// A netlink socket that hears of every change.
#[derive(Debug)]
pub(super) struct Monitor {
    socket: AsyncFd<OwnedFd>,
}

impl Monitor {
    /// Must be called within a tokio runtime.
    pub fn open() -> io::Result<Self> {
        let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
        let socket = socket(AddressFamily::Netlink, SockType::Raw, flags, SockProtocol::NetlinkRoute)?;
        bind(socket.as_raw_fd(), &NetlinkAddr::new(0, RTMGRP_LINK))?;
        Ok(Self { socket: watch(socket)? })
    }

    /// Waits until something has changed since the last call. Cancel safe.
    pub async fn changed(&self) -> io::Result<()> {
        let mut heard = false;
        loop {
            let mut guard = self.socket.ready(Interest::READABLE | Interest::ERROR).await?;
            // What was said does not matter: the state is looked up afresh, so a message cut short is fine.
            let mut scrap = [0; 64];
            let socket = guard.get_inner().as_raw_fd();
            loop {
                match recv(socket, &mut scrap, MsgFlags::empty()) {
                    // Too many messages for its buffer: some were lost, but that something changed is known.
                    Ok(_) | Err(Errno::ENOBUFS) => heard = true,
                    Err(Errno::EINTR) => {}
                    Err(Errno::EAGAIN) => break,
                    Err(error) => return Err(error.into()),
                }
            }
            guard.clear_ready();
            if heard {
                return Ok(());
            }
        }
    }
}
