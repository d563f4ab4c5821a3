//! Metrics, in the text format of Prometheus. Without those of each worker, their number has a bound.

use std::fmt::{Display, Write};

use axum::body::Bytes;
use ockam_node::{ConnectionState, TimeReport, WorkerReport};
use serde::Serialize;

use crate::snapshot::{SeenWorker, Snapshot};

/// Of how many workers metrics are told.
const MAX_WORKERS: usize = 1_000;

/// Returns the metrics of a node, and, if they are wanted, those of its workers.
pub(crate) fn of(node: &Snapshot, with_workers: bool) -> Bytes {
    let written = match with_workers {
        true => &node.written.metrics_of_workers,
        false => &node.written.metrics,
    };
    let write = || Bytes::from(write(node, with_workers));
    written.get_or_init(write).clone()
}

fn write(node: &Snapshot, with_workers: bool) -> String {
    let mut text = Text(String::new());
    text.head("ockam_node_info", "gauge", "The node.");
    text.value("ockam_node_info", &[("node", &node.name)], 1);
    let stopping = "Whether the node is being stopped.";
    text.one(
        "ockam_node_stopping",
        "gauge",
        stopping,
        u64::from(node.is_stopping),
    );
    let workers = "Workers and open contexts.";
    text.head("ockam_workers", "gauge", workers);
    for ((kind, state), count) in &node.counts.workers {
        let (kind, state) = (name(kind), name(state));
        text.value(
            "ockam_workers",
            &[("kind", &kind), ("state", &state)],
            count,
        );
    }
    let queued = "Messages that wait in mailboxes.";
    text.one(
        "ockam_mailbox_messages",
        "gauge",
        queued,
        node.counts.queued,
    );
    let full = "Mailboxes that are filled to four fifths or more.";
    text.one(
        "ockam_mailboxes_nearly_full",
        "gauge",
        full,
        node.counts.nearly_full,
    );
    let connections = "Connections to other nodes.";
    text.head("ockam_connections", "gauge", connections);
    for state in [ConnectionState::Connected, ConnectionState::Lost] {
        let of_state = node.connections.iter().filter(|it| it.state == state);
        let count = of_state.count();
        text.value("ockam_connections", &[("state", &name(&state))], count);
    }
    let unsent = "Bytes of messages that wait to be sent to other nodes.";
    let unsent_bytes: usize = node.connections.iter().map(|it| it.queued_bytes).sum();
    text.one(
        "ockam_connections_queued_bytes",
        "gauge",
        unsent,
        unsent_bytes,
    );
    let lost = "Messages that were accepted and not handled.";
    text.one(
        "ockam_dead_letters_total",
        "counter",
        lost,
        node.dead_letters.total,
    );
    let denied = "Messages that were refused because their sender may not send there.";
    text.one(
        "ockam_denied_messages_total",
        "counter",
        denied,
        node.denials.total,
    );
    let at = "When the console looked at the node last.";
    let seconds = node.looked_at_ms as f64 / 1_000.0;
    text.one("ockam_console_look_timestamp_seconds", "gauge", at, seconds);
    if with_workers {
        of_workers(
            &mut text,
            &node.workers[..node.workers.len().min(MAX_WORKERS)],
        );
    }
    text.0
}

fn of_workers(text: &mut Text, workers: &[SeenWorker]) {
    let mut each = |name: &str, kind: &str, help: &str, of: fn(&SeenWorker) -> f64| {
        text.head(name, kind, help);
        for worker in workers {
            let address = worker.report.address.to_string();
            text.value(name, &[("worker", &address)], of(worker));
        }
    };
    let queued = "Messages that wait in the mailbox.";
    each("ockam_worker_mailbox_messages", "gauge", queued, |it| {
        it.report.queued as f64
    });
    let capacity = "Messages for which the mailbox has room.";
    let name = "ockam_worker_mailbox_capacity_messages";
    each(name, "gauge", capacity, |it| it.report.capacity as f64);
    let handled = "Messages that the worker has handled.";
    let name = "ockam_worker_handled_messages_total";
    each(name, "counter", handled, |it| it.report.handled as f64);
    let failures = "Messages that the worker has failed at.";
    let name = "ockam_worker_failures_total";
    each(name, "counter", failures, |it| it.report.failures as f64);
    let restarts = "How often the worker was started again.";
    let name = "ockam_worker_restarts_total";
    each(name, "counter", restarts, |it| it.report.restarts as f64);
    let busy = "For how long at least the worker has handled one message, or has started.";
    let name = "ockam_worker_busy_seconds";
    each(name, "gauge", busy, |it| {
        it.busy_for.unwrap_or_default().as_secs_f64()
    });
    let handlers = "How long the handlers of the worker took, if the node keeps histograms.";
    of_times(text, workers, "handler", handlers, |it| it.handler_times);
    let waits = "How long messages waited in the mailbox, if the node keeps histograms.";
    of_times(text, workers, "mailbox", waits, |it| it.mailbox_times);
}

/// Writes a summary for each worker that has one, and its longest time.
fn of_times(
    text: &mut Text,
    workers: &[SeenWorker],
    what: &str,
    help: &str,
    of: fn(&WorkerReport) -> Option<TimeReport>,
) {
    let timed = || {
        workers
            .iter()
            .filter_map(|it| Some((it.report.address.to_string(), of(&it.report)?)))
    };
    if timed().next().is_none() {
        return;
    }
    let name = format!("ockam_worker_{what}_seconds");
    text.head(&name, "summary", help);
    for (worker, times) in timed() {
        for (quantile, time) in [("0.5", times.p50), ("0.99", times.p99)] {
            let labels = [("worker", &*worker), ("quantile", quantile)];
            text.value(&name, &labels, time.as_secs_f64());
        }
        text.value(
            &format!("{name}_count"),
            &[("worker", &worker)],
            times.count,
        );
    }
    let name = format!("{name}_max");
    text.head(&name, "gauge", "The longest of them.");
    for (worker, times) in timed() {
        text.value(&name, &[("worker", &worker)], times.max.as_secs_f64());
    }
}

struct Text(String);

// Writing to a string does not fail.
impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (number, (label, text)) in labels.iter().enumerate() {
            let before = if number == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{before}{label}=\"{}\"", escaped(text));
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{end} {value}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.head(name, kind, help);
        self.value(name, &[], value);
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\");
    text.replace('"', "\\\"").replace('\n', "\\n")
}

/// Returns the name of a variant, as it stands in the JSON.
fn name(variant: &impl Serialize) -> String {
    let value = serde_json::to_value(variant).unwrap_or_default();
    value.as_str().unwrap_or("other").to_owned()
}
