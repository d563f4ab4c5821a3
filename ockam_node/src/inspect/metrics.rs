use std::collections::BTreeMap;
use std::time::Duration;

use super::report::NodeReport;
use super::worker::WorkerReport;
use crate::delivery::ConnectionState;
use crate::observe::TimeReport;

/// A metric of a node, with its values. Returned by [`NodeReport::metrics`].
///
/// Its name is one that Prometheus takes as it is.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Metric {
    /// Its name, with its unit at the end.
    pub name: &'static str,
    /// What its values do.
    pub kind: MetricKind,
    /// What it is, as a sentence.
    pub help: &'static str,
    /// Its values, each with its labels.
    pub values: Vec<(Vec<(&'static str, String)>, f64)>,
}

/// What the values of a metric do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum MetricKind {
    /// They only grow, as long as the node and the worker live.
    Counter,
    /// They go up and down.
    Gauge,
    /// They are the quantiles of times, in seconds.
    Quantiles,
}

/// A mailbox is nearly full from this part on: four fifths.
const NEARLY_FULL: (usize, usize) = (4, 5);

impl NodeReport {
    /// Returns the metrics of the node. Their number has a bound, whatever the node does.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// for metric in ctx.inspect().metrics() {
    ///     println!("{}: {:?}", metric.name, metric.values);
    /// }
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn metrics(&self) -> Vec<Metric> {
        let mut by_state = BTreeMap::new();
        for worker in &self.workers {
            let labels = vec![
                ("kind", worker.kind.to_string()),
                ("state", worker.state.to_string()),
            ];
            *by_state.entry(labels).or_insert(0.0) += 1.0;
        }
        let workers = || self.workers.iter();
        let is_nearly_full = |it: &&WorkerReport| {
            let (part, whole) = NEARLY_FULL;
            it.queued > 0 && it.queued.saturating_mul(whole) >= it.capacity.saturating_mul(part)
        };
        let in_state = |state: ConnectionState| {
            let connections = self.connections.iter().filter(|it| it.state == state);
            (
                vec![("state", state.to_string())],
                connections.count() as f64,
            )
        };
        let queued: usize = workers().map(|it| it.queued).sum();
        let unsent: usize = self.connections.iter().map(|it| it.queued_bytes).sum();
        vec![
            Metric {
                values: vec![(vec![("node", self.name.clone())], 1.0)],
                ..gauge("ockam_node_info", "The node.")
            },
            gauge("ockam_node_stopping", "Whether the node is being stopped.")
                .with(f64::from(u8::from(self.is_stopping))),
            Metric {
                values: by_state.into_iter().collect(),
                ..gauge("ockam_workers", "Workers and open contexts.")
            },
            gauge("ockam_mailbox_messages", "Messages that wait in mailboxes.").with(queued as f64),
            gauge(
                "ockam_mailboxes_nearly_full",
                "Mailboxes that are filled to four fifths or more.",
            )
            .with(workers().filter(is_nearly_full).count() as f64),
            Metric {
                values: vec![
                    in_state(ConnectionState::Connected),
                    in_state(ConnectionState::Lost),
                ],
                ..gauge("ockam_connections", "Connections to other nodes.")
            },
            gauge(
                "ockam_connections_queued_bytes",
                "Bytes of messages that wait to be sent to other nodes.",
            )
            .with(unsent as f64),
            counter(
                "ockam_dead_letters_total",
                "Messages that were accepted and not handled.",
            )
            .with(self.dead_letters as f64),
            counter(
                "ockam_denied_messages_total",
                "Messages that were refused because their sender may not send there.",
            )
            .with(self.denied as f64),
        ]
    }
}

impl WorkerReport {
    /// Returns the metrics of workers, each with the label `worker`. There are as many values as workers: keep
    /// their number bounded.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::WorkerReport;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let node = ctx.inspect();
    /// for metric in WorkerReport::metrics(node.workers.iter().take(100)) {
    ///     println!("{}: {:?}", metric.name, metric.values);
    /// }
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn metrics<'a>(workers: impl Iterator<Item = &'a Self> + Clone) -> Vec<Metric> {
        let each = |mut metric: Metric, of: fn(&Self) -> f64| {
            let values = workers.clone().map(|it| (vec![label_of(it)], of(it)));
            metric.values.extend(values);
            metric
        };
        let mut metrics = vec![
            each(
                gauge(
                    "ockam_worker_mailbox_messages",
                    "Messages that wait in the mailbox.",
                ),
                |it| it.queued as f64,
            ),
            each(
                gauge(
                    "ockam_worker_mailbox_capacity_messages",
                    "Messages for which the mailbox has room.",
                ),
                |it| it.capacity as f64,
            ),
            each(
                counter(
                    "ockam_worker_handled_messages_total",
                    "Messages that the worker has handled.",
                ),
                |it| it.handled as f64,
            ),
            each(
                counter(
                    "ockam_worker_failures_total",
                    "Messages that the worker has failed at.",
                ),
                |it| it.failures as f64,
            ),
            each(
                counter(
                    "ockam_worker_restarts_total",
                    "How often the worker was started again.",
                ),
                |it| it.restarts as f64,
            ),
        ];
        let handlers = |it: &'a Self| it.handler_times;
        let waits = |it: &'a Self| it.mailbox_times;
        metrics.extend(times_of(workers.clone(), handlers, &HANDLERS));
        metrics.extend(times_of(workers, waits, &WAITS));
        metrics
    }
}

/// The names of the metrics of times: the quantiles, how many there were, the longest one.
type Names = [(&'static str, &'static str); 3];

const HANDLERS: Names = [
    (
        "ockam_worker_handler_seconds",
        "How long the handlers of the worker took.",
    ),
    (
        "ockam_worker_handler_seconds_count",
        "How many handlers were timed.",
    ),
    ("ockam_worker_handler_seconds_max", "The longest of them."),
];

const WAITS: Names = [
    (
        "ockam_worker_mailbox_seconds",
        "How long messages waited in the mailbox.",
    ),
    (
        "ockam_worker_mailbox_seconds_count",
        "How many messages were timed.",
    ),
    ("ockam_worker_mailbox_seconds_max", "The longest of them."),
];

/// Returns the metrics of times, if a worker measures them.
fn times_of<'a>(
    workers: impl Iterator<Item = &'a WorkerReport>,
    of: impl Fn(&'a WorkerReport) -> Option<TimeReport>,
    [quantiles, count, max]: &Names,
) -> Vec<Metric> {
    let mut quantiles = Metric {
        kind: MetricKind::Quantiles,
        ..gauge(quantiles.0, quantiles.1)
    };
    let (mut count, mut max) = (counter(count.0, count.1), gauge(max.0, max.1));
    let seconds = |time: Duration| time.as_secs_f64();
    for (worker, times) in workers.filter_map(|it| Some((it, of(it)?))) {
        for (quantile, time) in [("0.5", times.p50), ("0.99", times.p99)] {
            let labels = vec![label_of(worker), ("quantile", quantile.to_owned())];
            quantiles.values.push((labels, seconds(time)));
        }
        count
            .values
            .push((vec![label_of(worker)], times.count as f64));
        max.values
            .push((vec![label_of(worker)], seconds(times.max)));
    }
    match count.values.is_empty() {
        true => Vec::new(),
        false => vec![quantiles, count, max],
    }
}

impl Metric {
    /// Adds a value without labels.
    fn with(mut self, value: f64) -> Self {
        self.values.push((Vec::new(), value));
        self
    }
}

fn gauge(name: &'static str, help: &'static str) -> Metric {
    Metric {
        name,
        kind: MetricKind::Gauge,
        help,
        values: Vec::new(),
    }
}

fn counter(name: &'static str, help: &'static str) -> Metric {
    Metric {
        kind: MetricKind::Counter,
        ..gauge(name, help)
    }
}

fn label_of(worker: &WorkerReport) -> (&'static str, String) {
    ("worker", worker.address.to_string())
}
