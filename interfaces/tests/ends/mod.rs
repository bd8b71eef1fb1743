//! Both ends of a socket pair as connections, each after the greetings with a bus. zbus itself does that in its feature
//! `p2p`, which it then has in every program that is built with the tests: all of it would be compiled twice.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use zbus::connection::socket::{BoxedSplit, ReadHalf, Split, WriteHalf};
use zbus::connection::{Builder, Connection};
use zbus::export::async_trait::async_trait;

/// The two ends. Neither is a bus: who asks one gets an answer only if the other end plays it.
pub async fn connect() -> zbus::Result<(Connection, Connection)> {
    let (ours, theirs) = UnixStream::pair()?;
    tokio::try_join!(end(ours), end(theirs))
}

async fn end(socket: UnixStream) -> zbus::Result<Connection> {
    socket.set_nonblocking(true)?;
    let (reader, writer) = tokio::net::UnixStream::from_std(socket)?.into_split();
    let socket: BoxedSplit = Split::new(Box::new(Reader(reader)), Box::new(Writer(writer)));
    Builder::authenticated_socket(socket, "0123456789abcdef0123456789abcdef").build().await
}

#[derive(Debug)]
struct Reader(OwnedReadHalf);

#[async_trait]
impl ReadHalf for Reader {
    async fn recvmsg(&mut self, into: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
        loop {
            self.0.readable().await?;
            match self.0.try_read(into) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Ok((result?, Vec::new())),
            }
        }
    }
}

#[derive(Debug)]
struct Writer(OwnedWriteHalf);

#[async_trait]
impl WriteHalf for Writer {
    async fn sendmsg(&mut self, bytes: &[u8], _: &[BorrowedFd<'_>]) -> io::Result<usize> {
        loop {
            self.0.writable().await?;
            match self.0.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
    }

    /// It is closed when it goes out of use.
    async fn close(&mut self) -> io::Result<()> {
        Ok(())
    }
}
