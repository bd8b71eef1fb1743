//! A unix socket whose read half says that it takes no file descriptors.

use std::io::{self, ErrorKind, IoSlice};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use zbus::address::transport::{Unix, UnixSocket};
use zbus::connection::socket::{BoxedSplit, ReadHalf, Split, WriteHalf};
use zbus::export::async_trait::async_trait;
use zbus::fdo::ConnectionCredentials;
use zbus::{Address, Error, Message, Result};

use super::address::unescape;

/// What is read at once: some tens of messages.
const READ_AT_ONCE: usize = 16 * 1024;

/// Messages written at once at most: the pieces that every POSIX system takes (`_XOPEN_IOV_MAX`).
const WRITTEN_AT_ONCE: usize = 16;

/// When a bus that has no room for another connection is asked again.
const FULL_AGAIN: Duration = Duration::from_millis(20);

/// Connects to the socket `unix`, which is that of `address`.
pub(super) async fn connect(unix: &Unix, address: &Address) -> Result<BoxedSplit> {
    let socket = match unix.path() {
        UnixSocket::File(path) => {
            let path = unescape(path.as_os_str().as_bytes())?;
            SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(&path))
        }
        UnixSocket::Abstract(name) => SocketAddr::from_abstract_name(unescape(name.as_bytes())?),
        // A folder is where a bus makes its socket, and no place to connect to.
        _ => return Err(Error::Unsupported),
    };
    let failed = |error| Error::Connection(Arc::new(error), Box::new(address.clone()));
    let socket = socket.map_err(failed)?.into();
    let stream = loop {
        match UnixStream::connect_addr(&socket).await {
            Err(error) if error.kind() == ErrorKind::WouldBlock => tokio::time::sleep(FULL_AGAIN).await,
            result => break Arc::new(result.map_err(failed)?),
        }
    };
    let reader = Reader { stream: Arc::clone(&stream), buffer: vec![0; READ_AT_ONCE], start: 0, end: 0 };
    Ok(Split::new(Box::new(reader), Box::new(Writer(stream))))
}

/// Reads ahead, so that several small messages cost one call of the kernel. (`can_pass_unix_fd` is false by default.)
#[derive(Debug)]
struct Reader {
    stream: Arc<UnixStream>,
    buffer: Vec<u8>,
    /// What is read and not yet taken is `buffer[start..end]`.
    start: usize,
    end: usize,
}

#[async_trait]
impl ReadHalf for Reader {
    async fn recvmsg(&mut self, into: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
        if self.start == self.end {
            if into.len() >= self.buffer.len() {
                return Ok((read(&self.stream, into).await?, Vec::new()));
            }
            self.end = read(&self.stream, &mut self.buffer).await?;
            self.start = 0;
        }
        let count = into.len().min(self.end - self.start);
        into[..count].copy_from_slice(&self.buffer[self.start..self.start + count]);
        self.start += count;
        Ok((count, Vec::new()))
    }

    async fn peer_credentials(&mut self) -> io::Result<ConnectionCredentials> {
        credentials(&self.stream)
    }
}

/// Writes what it is given, without file descriptors.
#[derive(Debug)]
struct Writer(Arc<UnixStream>);

#[async_trait]
impl WriteHalf for Writer {
    async fn sendmsg(&mut self, bytes: &[u8], descriptors: &[BorrowedFd<'_>]) -> io::Result<usize> {
        if !descriptors.is_empty() {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "this connection passes no file descriptors",
            ));
        }
        write(&self.0, &[IoSlice::new(bytes)]).await
    }

    async fn send_messages(&mut self, messages: &[Message]) -> Result<()> {
        for some in messages.chunks(WRITTEN_AT_ONCE) {
            let mut pieces = [IoSlice::new(&[]); WRITTEN_AT_ONCE];
            for (piece, message) in pieces.iter_mut().zip(some) {
                *piece = IoSlice::new(message.data());
            }
            let mut pieces = &mut pieces[..some.len()];
            while !pieces.is_empty() {
                let written = write(&self.0, pieces).await?;
                IoSlice::advance_slices(&mut pieces, written);
            }
        }
        Ok(())
    }

    async fn close(&mut self) -> io::Result<()> {
        // Both directions: the reader is to end too.
        let stream = std::os::unix::net::UnixStream::from(self.0.as_fd().try_clone_to_owned()?);
        stream.shutdown(Shutdown::Both)
    }

    async fn peer_credentials(&mut self) -> io::Result<ConnectionCredentials> {
        credentials(&self.0)
    }
}

/// Plain bytes, 0 at the end of the stream. Not recvmsg(2): what a read leaves behind, the kernel closes.
async fn read(stream: &UnixStream, into: &mut [u8]) -> io::Result<usize> {
    loop {
        stream.readable().await?;
        match stream.try_read(into) {
            Err(error) if is_passing(&error) => {}
            result => return result,
        }
    }
}

async fn write(stream: &UnixStream, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    loop {
        stream.writable().await?;
        match stream.try_write_vectored(pieces) {
            Err(error) if is_passing(&error) => {}
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            result => return result,
        }
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn credentials(stream: &UnixStream) -> io::Result<ConnectionCredentials> {
    let peer = stream.peer_cred()?;
    let credentials = ConnectionCredentials::default().set_unix_user_id(peer.uid());
    let process = peer.pid().and_then(|pid| u32::try_from(pid).ok());
    Ok(match process {
        Some(process) => credentials.set_process_id(process),
        None => credentials,
    })
}
