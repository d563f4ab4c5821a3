use ockam_core::{Address, Hops};

/// Returns the worker of the peer whose credit a message needs. An answer needs none, because it was
/// asked for.
pub(super) fn credited(onward: Hops<'_>) -> Option<&Address> {
    onward.addresses().first()
}

/// Tells whether a message answers a question.
pub(super) fn is_answer(onward: Hops<'_>) -> bool {
    onward.reply_to().is_some()
}
