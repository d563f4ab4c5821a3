//! Events that somebody may follow. Nobody waits for those who follow them.

use std::sync::OnceLock;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// How many events wait for one who follows them. Older ones are left out, and counted.
const MAX_WAITING_EVENTS: usize = 1024;

/// The sending end, which costs one load as long as nobody follows.
pub(crate) struct FeedSender<T>(OnceLock<broadcast::Sender<T>>);

/// Events as they come: see [`Context::dead_letter_feed`](crate::Context::dead_letter_feed) and
/// [`Context::denial_feed`](crate::Context::denial_feed).
///
/// Up to 1,024 of them wait to be taken. If more come, the oldest ones are left out and
/// [counted](Self::missed).
#[derive(Debug)]
pub struct Feed<T> {
    receiver: broadcast::Receiver<T>,
    missed: u64,
}

impl<T> Default for FeedSender<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T: Clone> FeedSender<T> {
    /// Follows the events from now on.
    pub(crate) fn follow(&self) -> Feed<T> {
        let sender = self
            .0
            .get_or_init(|| broadcast::Sender::new(MAX_WAITING_EVENTS));
        Feed {
            receiver: sender.subscribe(),
            missed: 0,
        }
    }

    /// Makes an event, if somebody follows them.
    pub(crate) fn send(&self, event: impl FnOnce() -> T) {
        if let Some(sender) = self.0.get().filter(|sender| sender.receiver_count() > 0) {
            // It fails if the last one has just gone.
            let _ = sender.send(event());
        }
    }
}

impl<T: Clone> Feed<T> {
    /// Waits for the next event. Returns `None` when the node is gone.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no event is lost.
    pub async fn next(&mut self) -> Option<T> {
        loop {
            match self.receiver.recv().await {
                Ok(event) => return Some(event),
                Err(RecvError::Lagged(missed)) => self.missed += missed,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Returns how many events were left out because they were not taken in time.
    pub fn missed(&self) -> u64 {
        self.missed
    }
}
