//! A subscriber that records events and spans, for one thread.

use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

type Fields = BTreeMap<&'static str, String>;

/// An event, with the spans around it, outermost first.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) level: Level,
    pub(crate) target: String,
    pub(crate) fields: Fields,
    pub(crate) spans: Vec<Scope>,
}

/// A span.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Scope {
    pub(crate) name: &'static str,
    pub(crate) fields: Fields,
}

impl Entry {
    pub(crate) fn message(&self) -> &str {
        &self.fields["message"]
    }

    /// The addresses of the spans around it.
    pub(crate) fn addresses(&self) -> Vec<&str> {
        let spans = self.spans.iter();
        spans
            .filter_map(|span| span.fields.get("address"))
            .map(String::as_str)
            .collect()
    }
}

/// The events and spans that a subscriber has recorded.
#[derive(Clone)]
pub(crate) struct EventLog {
    recorded: Arc<Mutex<Recorded>>,
    least: Level,
}

#[derive(Default)]
struct Recorded {
    entries: Vec<Entry>,
    spans: usize,
}

/// Records the events and spans of this thread down to a level, until the guard is dropped.
pub(crate) fn record(least: Level) -> (EventLog, DefaultGuard) {
    let recorded = Arc::default();
    let log = EventLog { recorded, least };
    let subscriber = Registry::default().with(log.clone());
    (log, tracing::subscriber::set_default(subscriber))
}

impl EventLog {
    /// Takes the events of the node.
    pub(crate) fn of_the_node(&self) -> Vec<Entry> {
        self.take(|entry| entry.target.starts_with("ockam"))
    }

    /// Takes the events of the test.
    pub(crate) fn of_the_test(&self) -> Vec<Entry> {
        self.take(|entry| entry.target.starts_with("logging"))
    }

    /// Returns the number of spans.
    pub(crate) fn spans(&self) -> usize {
        self.recorded
            .lock()
            .expect("no panic while it is locked")
            .spans
    }

    fn take(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let mut recorded = self.recorded.lock().expect("no panic while it is locked");
        let entries = mem::take(&mut recorded.entries).into_iter();
        let (taken, left) = entries.partition(wanted);
        recorded.entries = left;
        taken
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for EventLog {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        *metadata.level() <= self.least
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let span = ctx.span(id).expect("it is new");
        let mut fields = Fields::new();
        attributes.record(&mut Writer(&mut fields));
        let name = attributes.metadata().name();
        span.extensions_mut().insert(Scope { name, fields });
        self.recorded
            .lock()
            .expect("no panic while it is locked")
            .spans += 1;
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut fields = Fields::new();
        event.record(&mut Writer(&mut fields));
        let scope = ctx
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root());
        let spans = scope.filter_map(|span| span.extensions().get::<Scope>().cloned());
        let entry = Entry {
            level: *event.metadata().level(),
            target: event.metadata().target().to_owned(),
            fields,
            spans: spans.collect(),
        };
        let mut recorded = self.recorded.lock().expect("no panic while it is locked");
        recorded.entries.push(entry);
    }
}

struct Writer<'a>(&'a mut Fields);

impl Visit for Writer<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
