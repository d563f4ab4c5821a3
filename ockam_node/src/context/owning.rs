//! What a context does with the workers that it owns.

use std::sync::Arc;

use ockam_core::{Error, ErrorKind, Result};
use tokio::task::JoinHandle;

use super::Context;
use super::owned::OwnedWorkers;
use crate::delivery::AnyEndpoint;
use crate::task;

impl Context {
    /// Notes that this context owns a worker that is about to be started.
    ///
    /// # Errors
    ///
    /// Returns `Stopped` if those that it owns are being stopped.
    pub(crate) fn own(&self, worker: &Arc<dyn AnyEndpoint>) -> Result<()> {
        let incarnation = self.incarnation.get_or_init(Box::default);
        let owned = incarnation
            .owned
            .get_or_init(|| OwnedWorkers::new(self.node().clone(), &*self.endpoint));
        if owned.add(worker) {
            return Ok(());
        }
        let why = format!("{} stops, and starts nothing of its own", self.address());
        Err(Error::new(ErrorKind::Stopped, why))
    }

    /// Stops the workers that this context owns, if there are any, in a task that ends when they have.
    pub(crate) fn stop_owned(&self) -> Option<JoinHandle<()>> {
        let owned = self.incarnation.get()?.owned.get()?;
        (!owned.is_empty()).then(|| owned.stop())
    }

    /// Stops the workers that this context owns in a task, and then closes its mailbox.
    #[cold]
    pub(crate) fn close_after_owned(&self) {
        let stopped = self.stop_owned();
        let endpoint = self.endpoint.clone();
        task::spawn(&self.node().runtime, async move {
            ended(stopped).await;
            endpoint.close();
        });
    }
}

/// Waits for the end of a task that [stops](Context::stop_owned) workers, if there is one.
pub(crate) async fn ended(stopped: Option<JoinHandle<()>>) {
    if let Some(stopped) = stopped {
        // It ends otherwise only with the runtime.
        let _ = stopped.await;
    }
}
