//! The read half of a unix socket: no file descriptors, and what can be answered at once is.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::unix::OwnedReadHalf;
use zbus::connection::socket::ReadHalf;
use zbus::export::async_trait::async_trait;
use zbus::fdo::ConnectionCredentials;

use super::quick::{self, Quick};
use super::socket::{Out, credentials, write_all};

/// What is read at once: some tens of messages.
const READ_AT_ONCE: usize = 16 * 1024;

/// No call that can be answered at once is longer.
const QUICK_AT_MOST: usize = 512;

/// The read half. (`can_pass_unix_fd` is false by default.)
#[derive(Debug)]
pub(super) struct Reader {
    input: Input,
    filter: Option<Filter>,
}

impl Reader {
    /// Reads from `stream`, and answers on the other half.
    pub(super) fn new(stream: OwnedReadHalf, quick: Option<(Arc<Quick>, Out)>) -> Self {
        let input = Input { stream, buffer: vec![0; READ_AT_ONCE], start: 0, end: 0 };
        let filter = quick.map(|(quick, out)| Filter {
            quick,
            out,
            left: 0,
            in_line: false,
            serial: 0,
            replies: Vec::new(),
        });
        Self { input, filter }
    }
}

#[async_trait]
impl ReadHalf for Reader {
    async fn recvmsg(&mut self, into: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
        let Some(filter) = &mut self.filter else {
            return Ok((self.input.take(into).await?, Vec::new()));
        };
        if filter.left == 0 {
            filter.begin(&mut self.input).await?;
        }
        let most = into.len().min(filter.left);
        let count = self.input.take(&mut into[..most]).await?;
        filter.left -= count;
        Ok((count, Vec::new()))
    }

    async fn peer_credentials(&mut self) -> io::Result<ConnectionCredentials> {
        credentials(self.input.stream.as_ref())
    }
}

/// Reads ahead, so that several small messages cost one call of the kernel.
#[derive(Debug)]
struct Input {
    stream: OwnedReadHalf,
    buffer: Vec<u8>,
    /// What is read and not yet taken is `buffer[start..end]`.
    start: usize,
    end: usize,
}

impl Input {
    /// Reads more behind what there is; 0 at the end of the stream.
    async fn fill(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let read = read(&mut self.stream, &mut self.buffer[self.end..]).await?;
        self.end += read;
        Ok(read)
    }

    /// What comes next, as much as is there; 0 at the end of the stream.
    async fn take(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end {
            if into.is_empty() || into.len() >= self.buffer.len() {
                return read(&mut self.stream, into).await;
            }
            self.fill().await?;
        }
        let count = into.len().min(self.end - self.start);
        into[..count].copy_from_slice(&self.buffer[self.start..self.start + count]);
        self.start += count;
        Ok(count)
    }
}

/// Where in the stream messages begin, and which of them are answered here.
#[derive(Debug)]
struct Filter {
    quick: Arc<Quick>,
    out: Out,
    /// Bytes up to where the next message begins. Nothing is looked at before: what stands in a message is its sender's.
    left: usize,
    /// In the midst of a line of the handshake.
    in_line: bool,
    serial: u32,
    replies: Vec<u8>,
}

impl Filter {
    /// Answers what stands at the front and can be answered. Afterwards there stands something else, and its length is
    /// known; 0 if the stream has ended.
    async fn begin(&mut self, input: &mut Input) -> io::Result<()> {
        while self.look(&input.buffer[..input.end], &mut input.start) {
            let many = input.end == input.buffer.len();
            self.send().await?;
            if many {
                // Who asks without end is not alone here.
                tokio::task::yield_now().await;
            }
            if input.fill().await? == 0 {
                self.left = input.end - input.start;
                return Ok(());
            }
        }
        self.send().await
    }

    async fn send(&mut self) -> io::Result<()> {
        if !self.replies.is_empty() {
            write_all(&*self.out.lock().await, &mut [IoSlice::new(&self.replies)]).await?;
            self.replies.clear();
        }
        Ok(())
    }

    /// Answers what it can of `bytes` from `start` on, and moves `start` behind it; whether more has to be read before
    /// `left` is known.
    fn look(&mut self, bytes: &[u8], start: &mut usize) -> bool {
        loop {
            let rest = &bytes[*start..];
            let Some(&first) = rest.first() else { return true };
            if self.in_line || !quick::begins_message(first) {
                let line = rest.iter().position(|byte| *byte == b'\n');
                self.in_line = line.is_none();
                self.left = line.map_or(rest.len(), |end| end + 1);
                return false;
            }
            let Some(head) = rest.get(..quick::HEAD) else { return true };
            // One that is longer than can be is for zbus to refuse.
            let length = quick::length(head).unwrap_or(usize::MAX);
            match rest.get(..length) {
                Some(message) if self.quick.answer(message, &mut self.serial, &mut self.replies) => {
                    *start += length;
                }
                None if length <= QUICK_AT_MOST => return true,
                _ => {
                    self.left = length;
                    return false;
                }
            }
        }
    }
}

/// Plain bytes, 0 at the end of the stream. Not recvmsg(2): what a read leaves behind, the kernel closes.
async fn read(stream: &mut OwnedReadHalf, into: &mut [u8]) -> io::Result<usize> {
    let mut into = ReadBuf::new(into);
    poll_fn(|context| Pin::new(&mut *stream).poll_read(context, &mut into)).await?;
    Ok(into.filled().len())
}

#[cfg(test)]
mod tests;
