use ockam_core::{Error, ErrorKind, Result};

use crate::context::Context;
use crate::log;
use crate::task;

impl Context {
    /// Waits until the node of a test has nothing left to do: every task waits for time, for another
    /// thread, or for what never comes.
    ///
    /// Time that is paused doesn't move on before. What waits for a timer or for another thread is not
    /// waited for.
    ///
    /// # Errors
    ///
    /// Returns what has happened so far that nobody was told of: handlers that failed or panicked,
    /// messages that nobody handled, workers that had to be killed. The test doesn't fail because of
    /// it again when it ends. Returns `InvalidInput` outside of a `#[ockam::test]`, and in one with
    /// `worker_threads`, where nobody can tell.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    ///
    /// # Examples
    ///
    /// The chapters on tests and on finding races of the book have some.
    pub async fn idle(&self) -> Result<()> {
        if !task::idle::idle().await {
            let why = "only a `#[ockam::test]` on the current thread knows when its node is idle";
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let untold = log::current_record().map(|record| record.take_untold());
        match untold.unwrap_or_default() {
            none if none.is_empty() => Ok(()),
            untold => Err(Error::new(ErrorKind::Other, untold.join("; "))),
        }
    }
}
