//! One stream of a connection, from its greeting to its end.
//!
//! ```text
//!  queue ── write ──▶ stream ─ ─ ▶ peer
//!                       │
//!  mailboxes ◀── read ──┘     pulse: signs of life, and the end of a peer that gives none
//! ```

mod activity;
mod pulse;
mod read;
mod unfinished;
mod write;

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::connection::Shared;
use activity::Activity;
use read::Reading;
pub(crate) use unfinished::Unfinished;

/// How long a side that has closed waits for the other one to close, too.
const LINGER: Duration = Duration::from_secs(1);

/// Sends and receives on a stream until either side ends it, or the peer has not greeted in time. Returns
/// why it ended.
pub(crate) async fn run<R, W>(
    shared: &Arc<Shared>,
    unfinished: &Arc<Unfinished>,
    greeting: Duration,
    reader: R,
    mut writer: W,
) -> String
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    shared.connected();
    let activity = Arc::new(Activity::default());
    let reading = Reading::new(
        shared.clone(),
        activity.clone(),
        unfinished.share(),
        greeting,
    );
    let mut reading = Aborted(shared.gateway.runtime().spawn(reading.run(reader)));
    let mut batch = Vec::new();
    let ended = {
        let mut writing = pin!(write::run(shared, &activity, &mut writer, &mut batch));
        let mut pulse = pin!(pulse::run(shared, &activity));
        poll_fn(|cx| match writing.as_mut().poll(cx) {
            Poll::Ready(Ok(())) => Poll::Ready(None),
            Poll::Ready(Err(error)) => Poll::Ready(Some(error.to_string())),
            Poll::Pending => match reading.poll_why(cx) {
                Poll::Ready(why) => Poll::Ready(Some(why)),
                Poll::Pending => pulse.as_mut().poll(cx).map(Some),
            },
        })
        .await
    };
    let why = match ended {
        Some(why) => why,
        None => {
            // What the peer has sent is still read: a stream that is dropped with unread bytes in it
            // takes back what was written last.
            let _ = timeout(LINGER, poll_fn(|cx| reading.poll_why(cx))).await;
            "it was closed by this node".to_owned()
        }
    };
    drop(reading);
    shared.disconnected(&batch, &why);
    why
}

/// A task that ends with its owner.
struct Aborted(JoinHandle<String>);

impl Aborted {
    fn poll_why(&mut self, cx: &mut Context<'_>) -> Poll<String> {
        let ended = Pin::new(&mut self.0).poll(cx);
        ended.map(|why| why.unwrap_or_else(|error| error.to_string()))
    }
}

impl Drop for Aborted {
    fn drop(&mut self) {
        self.0.abort();
    }
}
