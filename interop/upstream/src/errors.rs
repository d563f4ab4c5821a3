use std::fmt::{Debug, Write};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// What upstream logs as an error. A connection that refuses a message tells nobody else.
pub(crate) type Errors = UnboundedReceiver<String>;

/// Listens to the log: errors go to whoever holds what is returned, and warnings, too, to stderr.
pub(crate) fn listen() -> Errors {
    let (errors, receiver) = unbounded_channel();
    tracing_subscriber::registry()
        .with(Listener { errors })
        .init();
    receiver
}

struct Listener {
    errors: UnboundedSender<String>,
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        if level > Level::WARN {
            return;
        }
        let mut text = Text(String::new());
        event.record(&mut text);
        eprintln!("{level} {}", text.0);
        if level == Level::ERROR {
            // Nobody listens any more once the part has been played.
            let _ = self.errors.send(text.0);
        }
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written = match field.name() {
            "message" => write!(self.0, "{value:?} "),
            name => write!(self.0, "{name}={value:?} "),
        };
        written.expect("a String takes whatever is written");
    }
}
