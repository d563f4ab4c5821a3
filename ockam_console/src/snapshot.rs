use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use ockam_node::{ConnectionReport, Metric, WorkerReport};
use serde::{Serialize, Serializer};

use crate::events::{ShownDeadLetter, ShownDenial, ShownEvents};
use crate::history::History;

/// What all clients are shown until the next look.
pub(crate) type Shown = Arc<Snapshot>;

/// What was seen at one look.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) name: String,
    pub(crate) is_stopping: bool,
    /// In milliseconds since 1970.
    pub(crate) looked_at_ms: u64,
    pub(crate) interval: Duration,
    pub(crate) slow_after: Duration,
    pub(crate) workers: Vec<SeenWorker>,
    pub(crate) connections: Vec<ConnectionReport>,
    /// How many workers there are, with those that are left out.
    pub(crate) workers_total: usize,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) dead_letters: ShownEvents<ShownDeadLetter>,
    pub(crate) denials: ShownEvents<ShownDenial>,
    /// Each is written once, however many clients ask.
    pub(crate) written: Written,
}

/// A worker, with what earlier looks tell.
#[derive(Debug, Serialize)]
pub(crate) struct SeenWorker {
    #[serde(flatten)]
    pub(crate) report: WorkerReport,
    /// For how long at least it has handled the same message, or has started.
    #[serde(rename = "busy_ms", serialize_with = "as_millis")]
    pub(crate) busy_for: Option<Duration>,
    pub(crate) handled_per_second: f64,
    pub(crate) growth_per_second: f64,
    /// Within the history.
    pub(crate) recent_restarts: u32,
    pub(crate) is_filling: bool,
    /// The messages in its mailbox, look by look.
    queued_history: Vec<u32>,
}

/// The long answers, which all clients share.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) json: OnceLock<Bytes>,
    pub(crate) recorded: OnceLock<Bytes>,
    pub(crate) metrics: OnceLock<Bytes>,
    pub(crate) metrics_of_workers: OnceLock<Bytes>,
}

impl SeenWorker {
    pub(crate) fn new(report: WorkerReport, history: &History, now: Instant) -> Self {
        Self {
            busy_for: report.handling_for.or_else(|| history.busy_for(now)),
            report,
            handled_per_second: history.handled_per_second(),
            growth_per_second: history.growth_per_second(),
            recent_restarts: history.restarts(),
            is_filling: history.is_filling(),
            queued_history: history.queued(),
        }
    }
}

pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn as_millis<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(millis).serialize(serializer)
}
