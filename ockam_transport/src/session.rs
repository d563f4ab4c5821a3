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
mod write;

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::clock::timeout;
use crate::connection::Inner;
use crate::network::Network;
use crate::spawn::spawn;
use activity::Activity;
use read::Reading;

/// How long a peer that has ended its half of the stream may take to read the last acknowledgement.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(1);

/// Sends and receives on a stream until either side ends it, or the peer does not greet in time.
/// Returns why it ended.
pub(crate) async fn run<N: Network>(
    connection: &Arc<Inner>,
    greeting: Duration,
    reader: N::Reader,
    mut writer: N::Writer,
) -> String {
    connection.connected();
    let activity = Arc::new(Activity::default());
    let reading = Reading::new(
        connection.inbound.clone(),
        activity.clone(),
        connection.inbound.quotas.unfinished.share(),
        greeting,
    );
    let mut reading = Aborted {
        task: spawn(&connection.inbound.gateway, reading.run::<N>(reader)),
        activity: activity.clone(),
        has_ended: false,
    };
    let ended = {
        let mut writing = pin!(write::run(connection, &activity, &mut writer));
        let mut pulse = pin!(pulse::run(connection, &activity));
        let ended = poll_fn(|cx| match writing.as_mut().poll(cx) {
            Poll::Ready(Ok(())) => Poll::Ready("it was closed by this node".to_owned()),
            Poll::Ready(Err(error)) => Poll::Ready(error.to_string()),
            Poll::Pending => match reading.poll_why(cx) {
                Poll::Ready(why) => Poll::Ready(why),
                Poll::Pending => pulse.as_mut().poll(cx).map(|why| {
                    connection.inbound.warn_of_end(&why);
                    why
                }),
            },
        })
        .await;
        if reading.has_ended && activity.is_all_read() && connection.part() {
            // The peer may be waiting to hear that everything has been taken in. If it is gone, that does
            // no harm.
            let _ = timeout(FAREWELL_TIMEOUT, writing).await;
        }
        ended
    };
    // Closes this half, so that a peer that can be reached ends the other half at once.
    drop(writer);
    reading.end(connection.lingered()).await;
    connection.disconnected(&ended);
    ended
}

/// A task that is aborted when this is dropped.
struct Aborted {
    task: JoinHandle<()>,
    activity: Arc<Activity>,
    has_ended: bool,
}

impl Aborted {
    fn poll_why(&mut self, cx: &mut Context<'_>) -> Poll<String> {
        let ended = Pin::new(&mut self.task).poll(cx);
        self.has_ended = ended.is_ready();
        ended.map(|ended| match ended {
            Ok(()) => self.activity.why(),
            Err(error) => error.to_string(),
        })
    }

    /// Waits for the end of the task, and aborts it if the peer has not ended the stream when
    /// `lingered` is ready.
    ///
    /// What the peer has sent is still read: it may be answers, and a stream that is dropped with unread
    /// bytes in it takes back what was written last. After this, nothing is delivered any more.
    async fn end(mut self, lingered: impl Future<Output = ()>) {
        if self.has_ended {
            return;
        }
        let mut lingered = pin!(lingered);
        let has_ended = poll_fn(|cx| match self.poll_why(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending => lingered.as_mut().poll(cx).map(|()| false),
        });
        if !has_ended.await {
            self.task.abort();
            poll_fn(|cx| self.poll_why(cx)).await;
        }
    }
}

impl Drop for Aborted {
    fn drop(&mut self) {
        self.task.abort();
    }
}
