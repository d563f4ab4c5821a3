use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The blocking calls that workers have handed out and that run at this moment.
pub(crate) struct BlockingCalls {
    most: usize,
    places: Arc<Semaphore>,
}

/// The place of a call that runs. Its thread owns it, so that it is freed when the call has returned.
pub(crate) struct RunningCall {
    _place: Option<OwnedSemaphorePermit>,
}

impl BlockingCalls {
    pub(super) fn new(most: usize) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        Self {
            most,
            places: Arc::new(Semaphore::new(most)),
        }
    }

    /// Waits until fewer calls run than may. Those who wait come in order.
    pub(crate) async fn begin(&self) -> RunningCall {
        // The semaphore is never closed.
        let place = self.places.clone().acquire_owned().await.ok();
        RunningCall { _place: place }
    }

    /// Returns how many calls run.
    pub(crate) fn running(&self) -> usize {
        self.most.saturating_sub(self.places.available_permits())
    }
}
