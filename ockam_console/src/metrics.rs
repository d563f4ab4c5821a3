//! Metrics, in the text format of Prometheus. Without those of each worker, their number has a bound.

use std::fmt::Write;

use axum::body::Bytes;
use ockam_node::{Metric, MetricKind, WorkerReport};

use crate::snapshot::{SeenWorker, Snapshot};

/// Of how many workers metrics are told.
const MAX_WORKERS: usize = 1_000;

/// Returns the metrics of a node, and, if they are wanted, those of its workers.
pub(crate) fn of(node: &Snapshot, with_workers: bool) -> Bytes {
    let written = match with_workers {
        true => &node.written.metrics_of_workers,
        false => &node.written.metrics,
    };
    let write = || Bytes::from(text_of(node, with_workers));
    written.get_or_init(write).clone()
}

fn text_of(node: &Snapshot, with_workers: bool) -> String {
    let mut text = String::new();
    node.metrics
        .iter()
        .for_each(|metric| write(&mut text, metric));
    let seconds = node.looked_at_ms as f64 / 1_000.0;
    let (name, help) = (
        "ockam_console_look_timestamp_seconds",
        "When the console looked at the node last.",
    );
    write_head(&mut text, name, "gauge", help);
    write_value(&mut text, name, &[], seconds);
    if with_workers {
        let workers = &node.workers[..node.workers.len().min(MAX_WORKERS)];
        let reports = workers.iter().map(|worker| &worker.report);
        let metrics = WorkerReport::metrics(reports);
        metrics.iter().for_each(|metric| write(&mut text, metric));
        write_busy(&mut text, workers);
    }
    text
}

fn write_busy(text: &mut String, workers: &[SeenWorker]) {
    let name = "ockam_worker_busy_seconds";
    let help = "For how long at least the worker has handled one message, or has started.";
    write_head(text, name, "gauge", help);
    for worker in workers {
        let busy = worker.busy_for.unwrap_or_default().as_secs_f64();
        let labels = [("worker", worker.report.address.to_string())];
        write_value(text, name, &labels, busy);
    }
}

fn write(text: &mut String, metric: &Metric) {
    let kind = match metric.kind {
        MetricKind::Counter => "counter",
        MetricKind::Quantiles => "summary",
        _ => "gauge",
    };
    write_head(text, metric.name, kind, metric.help);
    for (labels, value) in &metric.values {
        write_value(text, metric.name, labels, *value);
    }
}

// Writing to a string does not fail.
fn write_head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn write_value(text: &mut String, name: &str, labels: &[(&'static str, String)], value: f64) {
    text.push_str(name);
    for (number, (label, value)) in labels.iter().enumerate() {
        let before = if number == 0 { '{' } else { ',' };
        let _ = write!(text, "{before}{label}=\"{}\"", escaped(value));
    }
    let end = if labels.is_empty() { "" } else { "}" };
    let _ = writeln!(text, "{end} {value}");
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\");
    text.replace('"', "\\\"").replace('\n', "\\n")
}
