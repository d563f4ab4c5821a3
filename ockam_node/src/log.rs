//! Warnings and errors of the node.
//!
//! They are `tracing` events. As long as the program has no subscriber, they are written to stderr,
//! so that a failing handler is seen without any set-up.
//!
//! Whoever logs goes on, whatever the subscriber does, or the `Display` of a user's error: a panic there is
//! caught here.

use std::fmt;

use ockam_core::Address;
use tracing::subscriber::NoSubscriber;
use tracing::{Level, dispatcher};

use crate::panics::catch;

/// Makes the span of what a worker does, if somebody listens.
macro_rules! span {
    ($ctx:expr, $name:literal) => {
        tracing::enabled!(target: "ockam_node", tracing::Level::DEBUG).then(|| {
            let address = $ctx.address();
            Box::new(tracing::debug_span!(target: "ockam_node", $name, %address))
        })
    };
}

pub(crate) use span;

/// Notes the end of a worker, for subscribers that want to know.
pub(crate) fn ended(address: &Address, reason: &dyn fmt::Display) {
    let _ = catch(|| {
        tracing::event!(target: "ockam_node", Level::DEBUG, %address, "ended: {reason}");
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

/// Warns of what concerns the whole node.
pub(crate) fn warn_node(node: &str, message: fmt::Arguments<'_>) {
    let _ = catch(|| {
        tracing::event!(target: "ockam_node", Level::WARN, node, "{message}");
    });
    write_unless_subscribed("warning", format_args!("{node}: {message}"));
}

fn write_unless_subscribed(level: &str, message: fmt::Arguments<'_>) {
    if dispatcher::get_default(|subscriber| subscriber.is::<NoSubscriber>()) {
        // By the macro, which tests capture; it panics if nobody reads stderr any more.
        let _ = catch(|| eprintln!("{level}: {message}"));
    }
}
