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
    /// Messages on their way between the nodes of a simulated network (`ockam::test::Network`) are waited for.
    /// Those on their way over a socket are not, also between two nodes of one test: they are in the system, which
    /// tells nobody when they will come. The node that has sent them can't know either. The other one acknowledges what
    /// it has taken in only when the sender has to know, or with its next sign of life, and may do neither if it is no
    /// node of this framework. After a message over a socket, wait for what comes of it: an answer, or the message
    /// itself with a `Probe`.
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
