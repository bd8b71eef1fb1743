//! A unix socket whose read half says that it takes no file descriptors.

use std::io::{self, ErrorKind, IoSlice};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::Mutex;
use zbus::address::transport::{Unix, UnixSocket};
use zbus::connection::socket::{BoxedSplit, Split, WriteHalf};
use zbus::export::async_trait::async_trait;
use zbus::fdo::ConnectionCredentials;
use zbus::{Address, Error, Message, Result};

use super::address::unescape;
use super::quick::Quick;
use super::reader::Reader;

/// Messages written at once at most: the pieces that every POSIX system takes (`_XOPEN_IOV_MAX`).
const WRITTEN_AT_ONCE: usize = 16;

/// When a bus that has no room for another connection is asked again.
const FULL_AGAIN: Duration = Duration::from_millis(20);

/// Connects to the socket `unix`, which is that of `address`. Calls that `quick` knows are answered by it. Also what
/// it writes on.
pub(super) async fn connect(
    unix: &Unix,
    address: &Address,
    quick: Option<Arc<Quick>>,
) -> Result<(BoxedSplit, Out)> {
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
            result => break result.map_err(failed)?,
        }
    };
    let (inward, out) = stream.into_split();
    let out = Arc::new(Mutex::new(out));
    let reader = Reader::new(inward, quick.map(|quick| (quick, Arc::clone(&out))));
    let writer = Writer(Arc::clone(&out));
    Ok((Split::new(Box::new(reader), Box::new(writer)), out))
}

/// Where bytes go out: of zbus, and of answers that it does not know of. Who holds it writes whole messages.
pub(super) type Out = Arc<Mutex<OwnedWriteHalf>>;

/// Writes what it is given, without file descriptors.
#[derive(Debug)]
struct Writer(Out);

#[async_trait]
impl WriteHalf for Writer {
    async fn sendmsg(&mut self, bytes: &[u8], descriptors: &[BorrowedFd<'_>]) -> io::Result<usize> {
        if !descriptors.is_empty() {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "this connection passes no file descriptors",
            ));
        }
        write(&*self.0.lock().await, &[IoSlice::new(bytes)]).await
    }

    async fn send_message(&mut self, message: &Message) -> Result<()> {
        write_all(&*self.0.lock().await, &mut [IoSlice::new(message.data())]).await?;
        Ok(())
    }

    async fn send_messages(&mut self, messages: &[Message]) -> Result<()> {
        let out = self.0.lock().await;
        for some in messages.chunks(WRITTEN_AT_ONCE) {
            let mut pieces = [IoSlice::new(&[]); WRITTEN_AT_ONCE];
            for (piece, message) in pieces.iter_mut().zip(some) {
                *piece = IoSlice::new(message.data());
            }
            write_all(&out, &mut pieces[..some.len()]).await?;
        }
        Ok(())
    }

    async fn close(&mut self) -> io::Result<()> {
        // Both directions: the reader is to end too.
        let out = self.0.lock().await;
        let stream = std::os::unix::net::UnixStream::from(stream(&out).as_fd().try_clone_to_owned()?);
        stream.shutdown(Shutdown::Both)
    }

    async fn peer_credentials(&mut self) -> io::Result<ConnectionCredentials> {
        credentials(stream(&*self.0.lock().await))
    }
}

/// Writes all that there is.
pub(super) async fn write_all(out: &OwnedWriteHalf, mut pieces: &mut [IoSlice<'_>]) -> io::Result<()> {
    // Also drops what is empty: of nothing, nothing can be written.
    IoSlice::advance_slices(&mut pieces, 0);
    while !pieces.is_empty() {
        let written = write(out, pieces).await?;
        IoSlice::advance_slices(&mut pieces, written);
    }
    Ok(())
}

async fn write(out: &OwnedWriteHalf, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    loop {
        match stream(out).try_write_vectored(pieces) {
            Err(error) if is_passing(&error) => stream(out).writable().await?,
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            result => return result,
        }
    }
}

fn stream(out: &OwnedWriteHalf) -> &UnixStream {
    out.as_ref()
}

fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

pub(super) fn credentials(stream: &UnixStream) -> io::Result<ConnectionCredentials> {
    let peer = stream.peer_cred()?;
    let credentials = ConnectionCredentials::default().set_unix_user_id(peer.uid());
    let process = peer.pid().and_then(|pid| u32::try_from(pid).ok());
    Ok(match process {
        Some(process) => credentials.set_process_id(process),
        None => credentials,
    })
}
