//! What the engine says while a single seed runs: to stderr, with the simulated time.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::ledger::now;

/// Begins to print, or only keeps the node from printing its warnings.
pub(crate) fn begin(prints: bool) {
    // Refused if another test has begun.
    let _ = tracing::subscriber::set_global_default(Journal { prints });
}

struct Journal {
    prints: bool,
}

impl Subscriber for Journal {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.prints && metadata.target().starts_with("ockam")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        eprintln!("{:?} {}{}", now(), event.metadata().level(), line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // A string takes all that is written.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}
