//! What a transport has to say, as `tracing` events.

use ockam_core::panics::catch;

/// Writes an event. A subscriber that panics takes no connection with it.
pub(crate) fn log(event: impl FnOnce()) {
    // The panic was reported when it was raised.
    let _ = catch(event);
}
