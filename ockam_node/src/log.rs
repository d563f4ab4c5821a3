//! Warnings and errors of the node.
//!
//! They are `tracing` events. If the program has no subscriber, they are written to stderr, so that a
//! failing handler is seen without any set-up.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ockam_core::Address;
use tracing::subscriber::NoSubscriber;
use tracing::{Level, dispatcher};

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
    tracing::event!(target: "ockam_node", Level::DEBUG, %address, "ended: {reason}");
}

pub(crate) fn warn(address: &Address, message: fmt::Arguments<'_>) {
    tracing::event!(target: "ockam_node", Level::WARN, %address, "{message}");
    write_unless_subscribed("warning", format_args!("{address}: {message}"));
}

pub(crate) fn error(address: &Address, message: fmt::Arguments<'_>) {
    tracing::event!(target: "ockam_node", Level::ERROR, %address, "{message}");
    write_unless_subscribed("error", format_args!("{address}: {message}"));
}

/// Warns about the whole node.
pub(crate) fn warn_node(node: &str, message: fmt::Arguments<'_>) {
    tracing::event!(target: "ockam_node", Level::WARN, node, "{message}");
    write_unless_subscribed("warning", format_args!("{node}: {message}"));
}

fn write_unless_subscribed(level: &str, message: fmt::Arguments<'_>) {
    if dispatcher::get_default(|subscriber| subscriber.is::<NoSubscriber>()) {
        // Tests capture the output of `eprintln!`. It panics if stderr is closed.
        let _ = catch_unwind(AssertUnwindSafe(|| eprintln!("{level}: {message}")));
    }
}
