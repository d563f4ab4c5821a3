//! Warnings and errors of the node.
//!
//! They are `tracing` events. If the program has no subscriber, they are written to stderr, so that a
//! failing handler is seen without any set-up. A panic of the subscriber, or of the `Display` of a user's
//! error, is caught here, so that it doesn't end the caller. The node of a test keeps them for when the
//! test fails.

mod record;

use std::fmt;

use ockam_core::Address;
use ockam_core::panics::catch;
use tracing::subscriber::NoSubscriber;
use tracing::{Level, dispatcher};

pub use record::Trouble;
pub(crate) use record::{Record, current as current_record};

/// Creates the span of a worker's method, if it is enabled.
macro_rules! span {
    ($ctx:expr, $name:literal) => {
        tracing::enabled!(target: "ockam_node", tracing::Level::DEBUG).then(|| {
            let address = $ctx.address();
            Box::new(tracing::debug_span!(target: "ockam_node", $name, %address))
        })
    };
}

pub(crate) use span;

/// Emits the event of the end of a worker. It is never written to stderr.
pub(crate) fn ended(address: &Address, reason: &dyn fmt::Display) {
    let _ = catch(|| {
        tracing::event!(target: "ockam_node", Level::DEBUG, %address, "ended: {reason}");
        record::add_line(|| format!("{address}: ended: {reason}"));
    });
}

pub(crate) fn warn(address: &Address, message: fmt::Arguments<'_>) {
    let _ = catch(|| {
        tracing::event!(target: "ockam_node", Level::WARN, %address, "{message}");
    });
    write_unless_subscribed("warning", format_args!("{address}: {message}"));
}

pub(crate) fn error(address: &Address, message: fmt::Arguments<'_>) {
    let _ = catch(|| {
        tracing::event!(target: "ockam_node", Level::ERROR, %address, "{message}");
    });
    write_unless_subscribed("error", format_args!("{address}: {message}"));
}

/// Warns about the whole node.
pub(crate) fn warn_node(node: &str, message: fmt::Arguments<'_>) {
    let _ = catch(|| {
        tracing::event!(target: "ockam_node", Level::WARN, node, "{message}");
    });
    write_unless_subscribed("warning", format_args!("{node}: {message}"));
}

/// Adds a line to the log of a test, if this thread runs one.
#[cfg(feature = "test-util")]
pub(crate) fn note(line: impl FnOnce() -> String) {
    // Without a record, there is nowhere to note it.
    let _ = catch(|| record::add_line(line));
}

/// Notes an event of a test whose log has its events: what is done with a message of type `M`. It costs
/// nothing elsewhere.
#[inline(always)]
pub(crate) fn event<M>(event: impl FnOnce(&str) -> String) {
    #[cfg(feature = "test-util")]
    record::add_event(|| event(std::any::type_name::<M>()));
    #[cfg(not(feature = "test-util"))]
    let _ = (event, std::any::type_name::<M>);
}

/// Notes something that nobody was told of, beside its line in the log. It fails the test whose node it
/// happened on.
pub(crate) fn untold(trouble: Trouble, address: &Address, what: fmt::Arguments<'_>) {
    if let Some(record) = record::current() {
        let _ = catch(|| record.add_untold(trouble, format!("{address}: {what}")));
    }
}

fn write_unless_subscribed(level: &str, message: fmt::Arguments<'_>) {
    let recorded = catch(|| record::add_line(|| format!("{level}: {message}")));
    if recorded.unwrap_or(false) {
        return;
    }
    if dispatcher::get_default(|subscriber| subscriber.is::<NoSubscriber>()) {
        // Tests capture the output of `eprintln!`. It panics if stderr is closed.
        let _ = catch(|| eprintln!("{level}: {message}"));
    }
}
