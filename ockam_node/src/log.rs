//! Warnings and errors of the node.
//!
//! They are `tracing` events. If the program has no subscriber, they are written to stderr, so that a
//! failing handler is seen without any set-up. The node of a test keeps them for when the test fails.
//!
//! What peers and users can do with it is bounded here, for all lines: text is [escaped and
//! cut](ockam_core::text), lines [of one kind](alike) become few, stderr is [written by a thread of its
//! own](stderr), and a panic of the subscriber, or of the `Display` of a user's error, ends nobody.

mod alike;
#[cfg(feature = "env-filter")]
mod queued_stderr;
mod record;
mod span;
mod stderr;

use std::fmt;
use std::panic::Location;
use std::time::Instant;

use ockam_core::Address;
use ockam_core::panics::catch;
use ockam_core::text::Visible;
use tracing::subscriber::NoSubscriber;
use tracing::{Level, dispatcher};

use alike::Kind;
#[cfg(feature = "env-filter")]
pub(crate) use queued_stderr::QueuedStderr;
pub use record::Trouble;
pub(crate) use record::{Record, current as current_record, cut_at};
pub(crate) use span::{WorkerSpan, span};
pub(crate) use stderr::flush;

/// The bytes of a message in the log, after which it is cut.
const MAX_MESSAGE_BYTES: usize = 4 * 1024;

/// Emits the event of the end of a worker. It is never written to stderr.
pub(crate) fn ended(address: &Address, reason: &dyn fmt::Display) {
    let _ = catch(|| {
        // Formatted only for those who read it: most workers end unseen.
        let reason = || Visible::line(MAX_MESSAGE_BYTES, reason);
        tracing::event!(target: "ockam_node", Level::DEBUG, %address, "ended: {}", reason());
        record::add_line(|| format!("{address}: ended: {}", reason()));
    });
}

#[track_caller]
pub(crate) fn warn(address: &Address, message: fmt::Arguments<'_>) {
    let Some(message) = worth_a_line("warning", &address, message) else {
        return;
    };
    let _ = catch(|| {
        tracing::event!(target: "ockam_node", Level::WARN, %address, "{message}");
    });
    write_unless_subscribed("warning", &address, &message);
}

#[track_caller]
pub(crate) fn error(address: &Address, message: fmt::Arguments<'_>) {
    let Some(message) = worth_a_line("error", &address, message) else {
        return;
    };
    let _ = catch(|| {
        tracing::event!(target: "ockam_node", Level::ERROR, %address, "{message}");
    });
    write_unless_subscribed("error", &address, &message);
}

/// Warns about the whole node.
#[track_caller]
pub(crate) fn warn_node(node: &str, message: fmt::Arguments<'_>) {
    let Some(message) = worth_a_line("warning", &node, message) else {
        return;
    };
    let _ = catch(|| {
        tracing::event!(target: "ockam_node", Level::WARN, node, "{message}");
    });
    write_unless_subscribed("warning", &node, &message);
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

/// Returns the text of a line, unless there are too many of its kind or its `Display` panics.
#[track_caller]
fn worth_a_line(
    level: &str,
    whom: &dyn fmt::Display,
    message: fmt::Arguments<'_>,
) -> Option<String> {
    let place = Location::caller();
    let line = catch(|| {
        record::add_line(|| format!("{level}: {whom}: {message}"));
        let alike = alike::count(Kind::new(place, whom.to_string()), Instant::now())?;
        let line = Visible::line(MAX_MESSAGE_BYTES, message);
        Some(match alike {
            0 => line,
            alike => format!("{line} ({alike} such lines)"),
        })
    });
    line.ok().flatten()
}

fn write_unless_subscribed(level: &str, whom: &dyn fmt::Display, message: &str) {
    let _ = catch(|| {
        let is_recorded = record::current().is_some();
        if !is_recorded && dispatcher::get_default(|it| it.is::<NoSubscriber>()) {
            stderr::push(&format!("{level}: {whom}: {message}"));
        }
    });
}
