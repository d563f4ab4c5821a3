//! A message whose existence is counted.

use std::sync::Arc;

/// Counts, by its clones, how many messages exist.
#[derive(Clone, Default)]
pub(crate) struct Existence(Arc<()>);

/// A message with a number.
pub(crate) struct Tracked {
    pub(crate) number: u64,
    _existence: Existence,
}

impl ockam::Message for Tracked {}

impl Existence {
    /// Creates a message.
    pub(crate) fn message(&self, number: u64) -> Tracked {
        Tracked {
            number,
            _existence: self.clone(),
        }
    }

    /// Returns how many messages exist.
    pub(crate) fn count(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}
