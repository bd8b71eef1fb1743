//! An open CAN socket. It is only ever read from: nothing here sends.

use std::io;
use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use ::socketcan::{CanFdSocket, CanFilter, CanSocket, Socket, SocketOptions};
use nix::errno::Errno;
use nix::libc::timespec;
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, MsgFlags, SockFlag, SockProtocol, SockType, TimestampingFlag,
    getsockopt, recvmsg, setsockopt, socket, sockopt,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::watch::watch;
use super::wire::{FD_BYTES, REMOTE_FLAG, Wire};
use crate::filter::IdFilter;
use crate::source::error_frame;

/// Asked of the kernel for a burst while the process does not run; it gives what `net.core.rmem_max` allows.
const RECEIVE_BUFFER_BYTES: usize = 1 << 20;

/// `CAN_RAW_FILTER_MAX` of linux/can/raw.h.
const MOST_FILTERS: usize = 512;

/// Of each frame the time of the kernel and, where the driver has it, that of the hardware
/// (Documentation/networking/timestamping.rst of Linux).
const STAMPS: TimestampingFlag = TimestampingFlag::SOF_TIMESTAMPING_RX_SOFTWARE
    .union(TimestampingFlag::SOF_TIMESTAMPING_SOFTWARE)
    .union(TimestampingFlag::SOF_TIMESTAMPING_RX_HARDWARE)
    .union(TimestampingFlag::SOF_TIMESTAMPING_RAW_HARDWARE);

/// A raw CAN socket bound to one interface.
#[derive(Debug)]
pub(super) struct Link {
    socket: AsyncFd<RawCan>,
    index: u32,
    receive_buffer_bytes: usize,
    control: Vec<u8>,
    /// The kernel's count of frames that it dropped for this socket, as last heard.
    dropped: u32,
}

/// What one read gave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received {
    /// `None`: not a frame of a form that is known.
    pub wire: Option<Wire>,
    /// When the kernel received it, `CLOCK_REALTIME`, microseconds.
    pub kernel_us: Option<u64>,
    /// When the CAN hardware received it, microseconds on a clock of its own, where it has one.
    pub hardware_us: Option<u64>,
    /// Frames that the kernel dropped just before this one.
    pub dropped: u32,
}

#[derive(Debug)]
struct RawCan(OwnedFd);

impl AsRawFd for RawCan {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

impl SocketOptions for RawCan {}

impl Link {
    /// Opens the interface with this index. Must be called within a tokio runtime.
    pub fn open(index: u32, wanted: Option<&[IdFilter]>) -> io::Result<Self> {
        let socket = open_raw(index)?;
        filter(&socket, wanted)?;
        socket.set_error_filter(error_frame::WANTED)?;
        if setsockopt(&socket.0, sockopt::Timestamping, &STAMPS).is_err() {
            setsockopt(&socket.0, sockopt::ReceiveTimestampns, &true)?;
        }
        setsockopt(&socket.0, sockopt::RxqOvfl, &1)?;
        // Beyond rmem_max only with CAP_NET_ADMIN; without, as much as it allows. The real size is told.
        if setsockopt(&socket.0, sockopt::RcvBufForce, &RECEIVE_BUFFER_BYTES).is_err() {
            setsockopt(&socket.0, sockopt::RcvBuf, &RECEIVE_BUFFER_BYTES)?;
        }
        let receive_buffer_bytes = getsockopt(&socket.0, sockopt::RcvBuf)?;
        let control = nix::cmsg_space!([timespec; 3], u32);
        Ok(Self { socket: watch(socket)?, index, receive_buffer_bytes, control, dropped: 0 })
    }

    pub fn index(&self) -> u32 {
        self.index
    }

    /// Size of the kernel's receive buffer, in the kernel's accounting (which counts its own overhead).
    pub fn receive_buffer_bytes(&self) -> usize {
        self.receive_buffer_bytes
    }

    /// Has the kernel keep all but these ids away.
    pub fn want(&self, wanted: Option<&[IdFilter]>) -> io::Result<()> {
        filter(self.socket.get_ref(), wanted)
    }

    /// Waits for a frame. Cancel safe.
    pub async fn receive(&mut self) -> Result<Received, Errno> {
        loop {
            let ready = self.socket.ready(Interest::READABLE | Interest::ERROR).await;
            let mut guard = ready.map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(0)))?;
            match read(guard.get_inner(), &mut self.control, &mut self.dropped) {
                Err(Errno::EAGAIN) => guard.clear_ready(),
                Err(Errno::EINTR) => {}
                result => return result,
            }
        }
    }

    /// A frame that lies ready.
    pub fn receive_now(&mut self) -> Result<Option<Received>, Errno> {
        loop {
            match read(self.socket.get_ref(), &mut self.control, &mut self.dropped) {
                Err(Errno::EAGAIN) => return Ok(None),
                Err(Errno::EINTR) => {}
                result => return result.map(Some),
            }
        }
    }
}

/// Whether the kernel has SocketCAN and lets this process use it. Asking may make it load its module.
pub(super) fn probe() -> Result<(), Errno> {
    socket(AddressFamily::Can, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::CanRaw).map(drop)
}

/// For classical and CAN FD frames or, on a kernel that knows no CAN FD, for classical ones.
fn open_raw(index: u32) -> io::Result<RawCan> {
    let socket = match CanFdSocket::open_iface(index) {
        Ok(socket) => socket.as_raw_socket().try_clone(),
        Err(error) if error.raw_os_error() == Some(Errno::ENOPROTOOPT as i32) => {
            CanSocket::open_iface(index)?.as_raw_socket().try_clone()
        }
        Err(error) => Err(error),
    }?;
    socket.set_nonblocking(true)?;
    Ok(RawCan(socket.into()))
}

fn filter(socket: &RawCan, wanted: Option<&[IdFilter]>) -> io::Result<()> {
    match wanted {
        Some([]) => socket.set_filter_drop_all(),
        Some(ids) if ids.len() <= MOST_FILTERS => {
            socket.set_filters(&ids.iter().map(filter_of).collect::<Vec<_>>())
        }
        // More than the kernel can hold: let all through, and the pipeline ignores the others.
        Some(_) | None => socket.set_filter_accept_all(),
    }
}

/// Exactly these ids: no remote request for them, nor an id of the other length with the same low bits.
fn filter_of(ids: &IdFilter) -> CanFilter {
    let (id, mask) = ids.can_filter();
    CanFilter::new(id, mask | REMOTE_FLAG)
}

fn read(socket: &RawCan, control: &mut [u8], dropped: &mut u32) -> Result<Received, Errno> {
    let mut bytes = [0; FD_BYTES];
    let (length, kernel_us, hardware_us, count) = {
        let mut slices = [IoSliceMut::new(&mut bytes)];
        let message = recvmsg::<()>(socket.as_raw_fd(), &mut slices, Some(control), MsgFlags::MSG_DONTWAIT)?;
        let (mut kernel_us, mut hardware_us, mut count) = (None, None, *dropped);
        for control in message.cmsgs().into_iter().flatten() {
            match control {
                ControlMessageOwned::ScmTimestampns(at) => {
                    kernel_us = microseconds(at.tv_sec(), at.tv_nsec())
                }
                ControlMessageOwned::ScmTimestampsns(stamps) => {
                    kernel_us = microseconds(stamps.system.tv_sec(), stamps.system.tv_nsec());
                    let hardware = microseconds(stamps.hw_raw.tv_sec(), stamps.hw_raw.tv_nsec());
                    // 0: the driver has none.
                    hardware_us = hardware.filter(|us| *us != 0);
                }
                ControlMessageOwned::RxqOvfl(total) => count = total,
                _ => {}
            }
        }
        (message.bytes, kernel_us, hardware_us, count)
    };
    let new = count.wrapping_sub(*dropped);
    *dropped = count;
    Ok(Received { wire: bytes.get(..length).and_then(Wire::parse), kernel_us, hardware_us, dropped: new })
}

fn microseconds(seconds: impl TryInto<u64>, nanoseconds: impl TryInto<u64>) -> Option<u64> {
    let (seconds, nanoseconds) = (seconds.try_into().ok()?, nanoseconds.try_into().ok()?);
    seconds.checked_mul(1_000_000)?.checked_add(nanoseconds / 1000)
}
