use std::sync::Weak;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ockam_core::reply;
use ockam_core::{Address, Any, Error, ErrorKind, Result, Route};

use super::{Link, Report, SendError};
use crate::delivery::encode_and_send;
use crate::log;
use crate::time::clock::{self, Instant};

/// An asker on another node, whose question came through a link.
///
/// A link may hold the askers of another link, and that one may hold askers of this one. So askers hold
/// their link weakly.
pub(super) struct RemoteAsker {
    pub(super) link: Weak<dyn Link>,
    /// The route from the link to the asker, whose address is the last one.
    pub(super) onward: Route,
    pub(super) address: Address,
    pub(super) ends: Instant,
    /// The room for the report of a failure, until the ask is over.
    pub(super) _reserved: Box<dyn std::any::Any + Send + Sync>,
}

impl reply::RemoteAsker for RemoteAsker {
    fn address(&self) -> &Address {
        &self.address
    }

    fn answer(&self, message: Any) -> Result<()> {
        let Some(link) = self.link.upgrade() else {
            let why = format!("the connection to {} is gone", self.onward);
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
                    let why = format!("the connection to {} has no room", self.onward);
                    Error::new(ErrorKind::MailboxFull, why)
                }
            };
            error.with_undelivered(message)
        })
    }

    /// Reports the kind of the error to the node of the asker. The text is written to the log of this
    /// node, under the number in the report.
    fn fail(&self, error: &Error) {
        let id = match error.kind() {
            // These kinds need no text, and a panic is in the log already.
            ErrorKind::NoReply
            | ErrorKind::Panicked
            | ErrorKind::Stopped
            | ErrorKind::MailboxFull => 0,
            // An error with names comes from a node and not from a handler, and the names are reported.
            _ if !error.names().is_empty() => 0,
            _ => logged(&self.onward, error),
        };
        let report = Report {
            is_of_question: true,
            ..Report::new(error.kind(), id, error.names())
        };
        // If the report isn't sent, the end of the connection tells the asker that no answer will come.
        if let Some(link) = self.link.upgrade() {
            let _ = link.report(self.onward.hops(), &report);
        }
    }

    fn remaining(&self) -> Duration {
        self.ends.saturating_duration_since(clock::now())
    }
}

/// Logs an error, and returns its number in the log.
fn logged(asker: &Route, error: &Error) -> u64 {
    // From this number on, all numbers have the same length on the wire, so that simulations are
    // repeatable.
    static LAST: AtomicU64 = AtomicU64::new(1 << 16);
    let id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    if let Some(address) = asker.last() {
        let why = format_args!("a question from another node failed (error {id}): {error:#}");
        log::warn(address, why);
    }
    id
}
