use std::sync::Weak;

use super::ask::Ask;

/// A reference to an ask of another node that gives no right to answer it.
///
/// The connection by which the question came keeps one, to end the ask when its asker stops waiting.
#[doc(hidden)]
pub struct WeakReplyTo(pub(super) Weak<dyn Ask>);

impl WeakReplyTo {
    /// Ends the ask: its asker has stopped waiting, because its time is over or it has dropped the ask. This
    /// calls those who watch the ask, so no lock may be held.
    pub fn cancel(&self, is_over: bool) {
        if let Some(ask) = self.0.upgrade() {
            ask.cancel(is_over);
        }
    }
}
