use std::sync::Weak;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam_core::reply;
use ockam_core::{Address, Any, Error, ErrorKind, Result, Route};

use super::{Link, Report, SendError};
use crate::delivery::encode_and_send;
use crate::log;
use crate::time::clock::Nanos;

/// An asker on another node, whose question came through a link.
///
/// A link may hold the askers of another link, and that one may hold askers of this one. So askers hold
/// their link weakly.
pub(super) struct RemoteAsker {
    pub(super) link: Weak<dyn Link>,
    /// The route from the link to the asker, whose address is the last one.
    pub(super) onward: Route,
    pub(super) address: Address,
    pub(super) ends: Nanos,
    /// The room for the report of a failure, until the ask is over.
    pub(super) _reserved: Box<dyn std::any::Any + Send + Sync>,
}

impl reply::RemoteAsker for RemoteAsker {
    fn address(&self) -> &Address {
        &self.address
    }

    fn answer(&self, message: Any) -> Result<()> {
        let Some(link) = self.link.upgrade() else {
            let why = "the connection by which the question came is gone";
            return Err(Error::new(ErrorKind::Stopped, why).with_undelivered(message));
        };
        let sent = encode_and_send(
            &*link,
            self.onward.hops(),
            &Route::new(),
            &message,
            None,
            true,
        );
        sent.map_err(|refused| {
            let error = match refused {
                SendError::Failed((), error) => error,
                _ => {
                    let why = "the connection by which the question came has no room";
                    Error::new(ErrorKind::MailboxFull, why)
                }
            };
            error.with_undelivered(message)
        })
    }

    /// Passes on what another node has reported, or what this node has to say itself: the names are those
    /// of what failed.
    fn fail(&self, error: &Error) {
        self.report(error.kind(), error.number(), error.names());
    }

    /// Reports the kind of the error, the worker, and a number. The text is written to the log of this node,
    /// under that number. Only why an answer can't be sent is told: it is about the connection.
    fn fail_handler(&self, worker: &Address, error: &Error) {
        let number = next_number();
        let why = format_args!("a question from another node failed (error {number}): {error:#}");
        log::warn(worker, why);
        let mut names = vec![worker.to_string()];
        names.extend(error.refused_answer().map(|refused| refused.to_string()));
        self.report(error.kind(), number, &names);
    }

    fn ends(&self) -> Nanos {
        self.ends
    }
}

impl RemoteAsker {
    fn report(&self, kind: ErrorKind, number: u64, names: &[String]) {
        let report = Report {
            is_of_question: true,
            ..Report::new(kind, number, names)
        };
        // If the report isn't sent, the end of the connection tells the asker that no answer will come.
        if let Some(link) = self.link.upgrade() {
            let _ = link.report(self.onward.hops(), &report);
        }
    }
}

/// Returns the number of an error in the log.
fn next_number() -> u64 {
    // From this number on, all numbers have the same length on the wire, so that simulations are
    // repeatable.
    static LAST: AtomicU64 = AtomicU64::new(1 << 16);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}
