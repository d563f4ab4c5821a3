use std::sync::{Arc, Weak};

use ockam_core::panics::catch;
use ockam_core::parts::PartSink;
use ockam_core::reply::ReplyTo;
use ockam_core::{Address, Error, ErrorKind, Hops, Result, Route};
use ockam_node::transport::{Content, Link, OfStream, Outgoing, Report, SendError};

use super::reader::Reader;
use super::window::Left;

/// An answer whose parts come from the peer.
pub(in crate::connection) struct Coming {
    pub(super) to: To,
    pub(super) left: Left,
    /// How many parts have come.
    pub(super) parts: u64,
}

/// Where the parts go.
#[derive(Clone)]
pub(in crate::connection) enum To {
    /// To a reader of this node.
    Reader(Arc<Reader>, Arc<dyn PartSink>),
    /// On by another connection.
    Relay(Arc<Relay>),
}

/// The way on to a reader of another node.
pub(in crate::connection) struct Relay {
    link: Weak<dyn Link>,
    /// The route behind the link, without the asker.
    onward: Route,
    asker: ReplyTo,
}

impl To {
    pub(in crate::connection) fn relay(
        link: &Arc<dyn Link>,
        onward: Route,
        asker: ReplyTo,
    ) -> Self {
        let link = Arc::downgrade(link);
        Self::Relay(Arc::new(Relay {
            link,
            onward,
            asker,
        }))
    }

    /// Ends the answer with an error, for whoever reads it. `asker` is its name.
    pub(in crate::connection) fn fail(self, asker: &Address, error: Error) {
        match self {
            Self::Reader(_, sink) => end_caught(&*sink, Err(error)),
            Self::Relay(relay) => {
                let Some(link) = relay.link() else { return };
                let names = error.names().to_vec();
                let report = Report {
                    is_of_question: true,
                    ..Report::new(error.kind(), error.number(), &names)
                };
                // If it isn't sent, the end of the connection tells the reader as much.
                let _ = link.report(relay.onward(), &report);
                link.end_relay(asker);
            }
        }
    }
}

/// Ends the answer of a reader, whose waker is a user's and may panic.
pub(in crate::connection) fn end_caught(sink: &dyn PartSink, end: Result<()>) {
    // The panic was reported when it was raised.
    let _ = catch(|| sink.end(end));
}

impl Relay {
    pub(in crate::connection) fn link(&self) -> Option<Arc<dyn Link>> {
        self.link.upgrade()
    }

    fn onward(&self) -> Hops<'_> {
        Hops::new(self.onward.as_slice(), Some(&self.asker))
    }

    /// Sends a part or the end on. It waits for no room.
    ///
    /// # Errors
    ///
    /// `MailboxFull` if there is none, and the errors of the connection.
    pub(in crate::connection) fn pass_on(
        &self,
        content: Content<'_>,
        stream: OfStream,
    ) -> Result<()> {
        let gone = || {
            Error::new(
                ErrorKind::OutcomeUnknown,
                "the connection on the way is gone",
            )
        };
        let link = self.link().ok_or_else(gone)?;
        let sent = link.try_send(&Outgoing {
            onward: self.onward(),
            return_route: &Route::new(),
            content,
            trace: None,
            is_answer: true,
            stream: Some(stream),
        });
        sent.map_err(|refused| match refused {
            SendError::Failed((), error) => error,
            _ => {
                let why = "the connection on the way has no room";
                Error::new(ErrorKind::MailboxFull, why)
            }
        })
    }
}
