use std::sync::Mutex;

use async_nats::Subject;
use ockam_core::{Error, ErrorKind};
use tokio::sync::oneshot;

use super::state::State;
use super::waiting::Waiting;
use crate::lock::lock;
use crate::record::Record;

/// A stream, as both halves and the bus share it.
pub(crate) struct Stream {
    /// Where what is for this stream comes to.
    pub(crate) own: Subject,
    /// The node that it goes to.
    pub(crate) node: String,
    state: Mutex<Shared>,
    waiting: Waiting,
}

struct Shared {
    state: State,
    /// The subject of the peer's end, when it is known.
    peer: Option<Subject>,
    /// Who waits for the answer to the hello.
    opening: Option<Opening>,
}

/// Hears what has become of a hello.
pub(crate) type Opening = oneshot::Sender<Result<(), Error>>;

impl Stream {
    /// Creates a stream that is about to be opened.
    pub(crate) fn opening(own: Subject, node: &str, waiting: Waiting, opening: Opening) -> Self {
        Self::new(own, node, waiting, None, Some(opening))
    }

    /// Creates a stream that was asked for by a peer.
    ///
    /// # Errors
    ///
    /// Returns why it can't begin.
    pub(crate) fn accepted(
        own: Subject,
        node: &str,
        waiting: Waiting,
        peer: Subject,
        (version, window): (u8, u64),
    ) -> Result<Self, String> {
        let stream = Self::new(own, node, waiting, Some(peer), None);
        lock(&stream.state).state.greet(version, window)?;
        Ok(stream)
    }

    fn new(
        own: Subject,
        node: &str,
        waiting: Waiting,
        peer: Option<Subject>,
        opening: Option<Opening>,
    ) -> Self {
        Self {
            own,
            node: node.to_owned(),
            state: Mutex::new(Shared {
                state: State::default(),
                peer,
                opening,
            }),
            waiting,
        }
    }

    /// Takes in what has come from somebody who may be the peer.
    pub(crate) fn arrive(&self, from: Option<&Subject>, record: Record) {
        let mut shared = lock(&self.state);
        if let Some(opening) = shared.opening.take() {
            let opened = shared.open(&self.node, from, record);
            match opened {
                // Somebody else, who may say anything.
                None => shared.opening = Some(opening),
                // Nobody waits for it any more if this fails.
                Some(opened) => drop(opening.send(opened)),
            }
            return;
        }
        if shared.peer.as_ref() != from {
            return;
        }
        let changed = shared.state.arrive(record);
        self.waiting.add(changed.waiting);
        let waits = shared.state.incoming.waiting();
        let changed = match changed.waiting > 0 && self.waiting.is_too_much(waits) {
            true => shared
                .state
                .lose("too many bytes wait to be read by this node"),
            false => changed,
        };
        drop(shared);
        changed.wake();
    }

    /// Hears that nobody is at the subject that something was sent to.
    pub(crate) fn nobody_there(&self) {
        let mut shared = lock(&self.state);
        if let Some(opening) = shared.opening.take() {
            let why = format!("no node on the bus is called `{}`", self.node);
            let _ = opening.send(Err(Error::new(ErrorKind::UnknownAddress, why)));
            return;
        }
        let changed = shared.state.lose("the peer is not on the bus any more");
        drop(shared);
        changed.wake();
    }

    /// Ends the stream.
    pub(crate) fn lose(&self, why: &str) {
        let mut shared = lock(&self.state);
        if let Some(opening) = shared.opening.take() {
            let _ = opening.send(Err(Error::new(ErrorKind::NoRoute, why)));
        }
        let changed = shared.state.lose(why);
        drop(shared);
        changed.wake();
    }

    /// Returns the subject of the peer's end, if it is known.
    pub(crate) fn peer(&self) -> Option<Subject> {
        lock(&self.state).peer.clone()
    }

    pub(super) fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut lock(&self.state).state)
    }

    /// Notes that bytes don't wait any more.
    pub(super) fn has_read(&self, weight: u64) {
        self.waiting.remove(weight);
    }
}

impl Shared {
    /// Takes the answer to a hello. Returns `None` if it is none of the node that was greeted.
    fn open(
        &mut self,
        node: &str,
        from: Option<&Subject>,
        record: Record,
    ) -> Option<Result<(), Error>> {
        let refused = |why: String| {
            let why = format!("`{node}` on the bus: {why}");
            Error::new(ErrorKind::NoRoute, why)
        };
        match record {
            Record::Welcome { version, window } => {
                self.peer = Some(from?.clone());
                Some(self.state.greet(version, window).map_err(refused))
            }
            Record::Refused { why } => Some(Err(refused(why.escape_debug().to_string()))),
            _ => None,
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let left = lock(&self.state).state.incoming.waiting();
        self.waiting.remove(left);
    }
}
