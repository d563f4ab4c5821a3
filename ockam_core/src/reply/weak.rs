use std::sync::{Arc, Weak};

use super::ask::Ask;

/// A reference to an ask that gives no right to answer it.
#[doc(hidden)]
pub struct WeakReplyTo(pub(super) Weak<dyn Ask>);

/// An ask that is kept while somebody looks at it. Its last reference may hold an answer.
#[doc(hidden)]
pub struct HeldAsk(Arc<dyn Ask>);

impl WeakReplyTo {
    /// Ends the ask of another node: its asker has stopped waiting, because its time is over or it has dropped
    /// the ask. This calls those who watch the ask, so no lock may be held.
    pub fn cancel(&self, is_over: bool) {
        if let Some(ask) = self.0.upgrade() {
            ask.cancel(is_over);
        }
    }

    /// Returns the ask, if it is there.
    pub fn upgrade(&self) -> Option<HeldAsk> {
        self.0.upgrade().map(HeldAsk)
    }
}

impl HeldAsk {
    /// Returns `true` if the ask is open, and only the handler of its question can answer it.
    pub fn is_with_handler(&self) -> bool {
        self.0.is_with_handler()
    }
}
