//! Waiting for what comes from a bus: never for ever.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::time::Duration;

use tokio::time::timeout;
use zbus::export::futures_core::Stream;

/// How long the bus or the service may take for an answer. A healthy one needs less than a millisecond.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);

/// Waits for an answer, but not for ever.
pub(crate) async fn answer<T, E>(call: impl Future<Output = Result<T, E>>) -> zbus::Result<T>
where
    zbus::Error: From<E>,
{
    match timeout(ANSWER_WITHIN, call).await {
        Ok(result) => Ok(result?),
        Err(_) => Err(zbus::Error::Failure(format!("no answer within {} ms", ANSWER_WITHIN.as_millis()))),
    }
}

/// The next item of a stream; an error when the connection is gone.
pub(crate) async fn next<T>(stream: &mut (impl Stream<Item = T> + Unpin)) -> zbus::Result<T> {
    let item = poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await;
    item.ok_or_else(|| zbus::Error::Failure("the connection to the bus is closed".to_owned()))
}
