mod journal;

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Mutex;

use ockam_core::{Error, ErrorKind, Identifier, Result};

use crate::history::ChangeHistory;
use crate::limits::MAX_PEERS;
use crate::lock::lock;
use crate::refused::refused;
use journal::{Journal, Record};

/// The newest history that was seen of each identity, so that nobody comes with a key that its identity
/// has replaced.
///
/// Of an identity that has never rotated its key nothing is kept, because nothing can be older. Of any
/// other one, the length of its newest history and the hash of that history's last change are.
pub struct Peers {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    newest: HashMap<Identifier, Newest>,
    journal: Option<Journal>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Newest {
    changes: usize,
    change: [u8; 32],
}

impl Peers {
    /// Creates a store that forgets all when it is dropped.
    pub fn in_memory() -> Self {
        let state = Mutex::default();
        Self { state }
    }

    /// Opens a store in a file, which is created if there is none. This blocks while the file is read.
    ///
    /// While the store is open, a file beside it (`….lock`) is locked: what two wrote side by side would be
    /// lost.
    ///
    /// # Errors
    ///
    /// The error of the file, with its path; `Denied` if the store is open already, here or in another process;
    /// `InvalidInput` if it is no such store.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let (journal, records) = Journal::open(path.as_ref())?;
        let mut state = State {
            journal: Some(journal),
            ..State::default()
        };
        for record in records {
            let newest = Newest {
                changes: record.changes as usize,
                change: record.change,
            };
            let known = state.newest.get(&record.identifier);
            if known.is_none_or(|known| known.changes < newest.changes) {
                state.newest.insert(record.identifier, newest);
            }
        }
        let state = Mutex::new(state);
        Ok(Self { state })
    }

    /// Checks that a history is not older than one that was seen, and goes on from it.
    ///
    /// # Errors
    ///
    /// Returns `Denied` if it is older, or has another change where the one that was seen ends.
    pub fn check(&self, history: &ChangeHistory) -> Result<()> {
        lock(&self.state).check(history)
    }

    /// Checks a history, and notes that it was seen: on the disk, when this returns `Ok`. This blocks
    /// while the file is written, which happens once for each rotation of a peer.
    ///
    /// # Errors
    ///
    /// Returns the error of [`check`](Self::check), and that of the file. Returns `Denied` if
    /// [`MAX_PEERS`] identities are noted, and this is another one: to forget one of them would let its
    /// replaced keys in.
    pub fn note(&self, history: &ChangeHistory) -> Result<()> {
        let mut state = lock(&self.state);
        state.check(history)?;
        let (identifier, changes) = (history.identifier(), history.len());
        let newest = Newest {
            changes,
            change: *history.newest_change(),
        };
        if changes == 1 || state.newest.get(&identifier) == Some(&newest) {
            return Ok(());
        }
        if state.newest.len() >= MAX_PEERS && !state.newest.contains_key(&identifier) {
            let why = format!("no room to note {identifier}: {MAX_PEERS} identities are");
            return Err(Error::new(ErrorKind::Denied, why));
        }
        if let Some(journal) = &mut state.journal {
            journal.append(&Record {
                identifier,
                changes: changes as u32,
                change: newest.change,
            })?;
        }
        state.newest.insert(identifier, newest);
        Ok(())
    }
}

impl State {
    fn check(&self, history: &ChangeHistory) -> Result<()> {
        let identifier = history.identifier();
        let Some(newest) = self.newest.get(&identifier) else {
            return Ok(());
        };
        match history.change(newest.changes - 1) {
            Some(change) if *change == newest.change => Ok(()),
            Some(_) => Err(refused(format!(
                "the history of {identifier} has another branch"
            ))),
            None => Err(refused(format!(
                "the history of {identifier} is older than the one that was seen: it has {} changes, not {}",
                history.len(),
                newest.changes
            ))),
        }
    }
}

impl fmt::Debug for Peers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identities = lock(&self.state).newest.len();
        f.debug_struct("Peers")
            .field("identities", &identities)
            .finish_non_exhaustive()
    }
}
