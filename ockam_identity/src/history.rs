mod change;

use std::fmt;

use minicbor::Decoder;
use ockam_core::{Identifier, Result};

use crate::cbor::{end, reading};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::limits::MAX_CHANGES;
use crate::refused::{invalid, refused};
use crate::timestamp::Timestamp;
pub(crate) use change::{Change, ChangeData};

/// The changes of the key of an identity, from the first one on. All of them have been verified.
///
/// The hash of the first change is the identifier. Each further one names the hash of the one before it,
/// and is signed with the key that it replaces and with the new one. Its key is not valid from an earlier
/// time on.
#[derive(Clone, PartialEq, Eq)]
pub struct ChangeHistory {
    /// There is at least one.
    changes: Vec<Change>,
}

impl ChangeHistory {
    /// Reads and verifies a history.
    ///
    /// # Errors
    ///
    /// Returns `InvalidInput` if the bytes are no history, or one of more than
    /// [`MAX_CHANGES`](crate::MAX_CHANGES) changes, and `Denied` if a change does not follow from the one
    /// before it, or is not signed as it must be.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        reading("a change history", || {
            let mut reader = Decoder::new(bytes);
            let history = Self::read(&mut reader)?;
            end(&reader)?;
            Ok(history)
        })
    }

    /// Reads whose history it claims to be, without verifying anything: the hash of its first change. It is
    /// worth as little as what anybody says of itself, and tells whether a history is worth being verified.
    ///
    /// # Errors
    ///
    /// Returns `InvalidInput` if the bytes don't begin like a history.
    pub fn claimed_identifier(bytes: &[u8]) -> Result<Identifier> {
        reading("a change history", || {
            let mut reader = Decoder::new(bytes);
            reader.array()?;
            Ok(Identifier::new(Change::read(&mut reader)?.hash))
        })
    }

    pub(crate) fn read(reader: &mut Decoder<'_>) -> Result<Self> {
        let Some(length) = reader.array()? else {
            return Err(invalid("a history is of indefinite length"));
        };
        if length == 0 || length > MAX_CHANGES as u64 {
            return Err(invalid(format!(
                "a history of {length} changes; the limit is {MAX_CHANGES}"
            )));
        }
        let mut changes = Vec::new();
        for _ in 0..length {
            let change = Change::read(reader)?;
            verify(&change, changes.last())?;
            changes.push(change);
        }
        Ok(Self { changes })
    }

    /// Returns the bytes of the history.
    pub fn encode(&self) -> Vec<u8> {
        crate::cbor::encode(|writer| {
            writer.array(self.changes.len() as u64)?;
            self.changes
                .iter()
                .try_for_each(|change| change.write(writer))
        })
    }

    /// Begins a history with its first change.
    pub(crate) fn begin(first: Change) -> Result<Self> {
        verify(&first, None)?;
        Ok(Self {
            changes: vec![first],
        })
    }

    /// Returns the history with one more change.
    pub(crate) fn with(&self, next: Change) -> Result<Self> {
        if self.changes.len() >= MAX_CHANGES {
            return Err(invalid(format!(
                "an identity has at most {MAX_CHANGES} changes"
            )));
        }
        verify(&next, self.changes.last())?;
        let mut changes = self.changes.clone();
        changes.push(next);
        Ok(Self { changes })
    }

    /// Returns the name of the identity.
    pub fn identifier(&self) -> Identifier {
        Identifier::new(self.changes[0].hash)
    }

    /// Returns the number of changes.
    #[expect(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Returns the key that signs for the identity now.
    pub fn key(&self) -> &PublicKey {
        &self.last().data.key
    }

    /// Returns the times from which and until which that key may attest.
    pub fn validity(&self) -> (Timestamp, Timestamp) {
        let data = &self.last().data;
        (data.valid_from, data.valid_until)
    }

    /// Returns the hash of the newest change.
    pub fn newest_change(&self) -> &[u8; 32] {
        &self.last().hash
    }

    /// Returns the hash of a change, from 0 on.
    pub(crate) fn change(&self, index: usize) -> Option<&Hash> {
        self.changes.get(index).map(|change| &change.hash)
    }

    fn last(&self) -> &Change {
        self.changes.last().expect("a history has a change")
    }
}

/// Verifies a change, and that it follows from the one before it.
fn verify(change: &Change, before: Option<&Change>) -> Result<()> {
    let data = &change.data;
    if data.valid_until < data.valid_from {
        return Err(refused("the validity of a change ends before it begins"));
    }
    match (before, &change.previous_signature) {
        (None, None) if data.previous.is_none() => {}
        (Some(before), Some(signature)) if data.previous == Some(before.hash) => {
            if data.valid_from < before.data.valid_from {
                return Err(refused(
                    "a change is valid from an earlier time than the one before it",
                ));
            }
            before.data.key.verify(&change.hash, signature)?;
        }
        _ => return Err(refused("a change does not follow from the one before it")),
    }
    data.key.verify(&change.hash, &change.signature)
}

impl fmt::Debug for ChangeHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeHistory")
            .field("identifier", &self.identifier())
            .field("changes", &self.changes.len())
            .finish_non_exhaustive()
    }
}
