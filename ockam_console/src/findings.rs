//! What is wrong with a node, and who is to blame.

use std::cmp::Reverse;
use std::fmt::Write;
use std::time::Duration;

use ockam_node::{ConnectionReport, ConnectionState, WorkerReport, WorkerState};
use serde::Serialize;

use crate::snapshot::{SeenWorker, Snapshot};

/// How many findings are listed.
const MAX_FINDINGS: usize = 100;

/// How often a worker is started again within the history before it is said to crash in a loop.
const CRASH_LOOP: u32 = 3;

/// The longest text of a failure that a finding has, in characters.
const MAX_FAILURE_CHARS: usize = 200;

/// Something that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) kind: FindingKind,
    /// The worker to look at.
    pub(crate) address: Option<String>,
    pub(crate) text: String,
}

/// What is wrong. They are listed in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FindingKind {
    /// A handler has taken long.
    Slow,
    /// A handler has waited long for another worker.
    Waits,
    /// An `initialize` has taken long.
    Starting,
    /// A worker is started again and again.
    CrashLoop,
    /// A mailbox is nearly full, or soon will be.
    Mailbox,
    /// Another node can't be reached.
    Connection,
    /// Messages were lost.
    DeadLetters,
}

/// Returns what is wrong, the worst first. A handler is slow after a time.
pub(crate) fn of(node: &Snapshot, slow_after: Duration) -> Vec<Finding> {
    let mut busy: Vec<_> = node
        .workers
        .iter()
        .filter(|it| is_slow(it, slow_after))
        .collect();
    busy.sort_by_key(|worker| Reverse(worker.busy_for));
    let mut found: Vec<_> = busy.into_iter().map(slow).collect();
    found.extend(node.workers.iter().filter_map(crash_loop));
    let mut filling: Vec<_> = node.workers.iter().filter(|it| it.is_filling).collect();
    filling.sort_by_key(|worker| Reverse(worker.report.queued));
    found.extend(filling.into_iter().map(mailbox));
    let lost = |it: &&ConnectionReport| it.state == ConnectionState::Lost;
    found.extend(node.connections.iter().filter(lost).map(connection));
    found.extend(dead_letters(node));
    // It is stable: within a kind, the order stays.
    found.sort_by_key(|finding| finding.kind);
    found.truncate(MAX_FINDINGS);
    found
}

/// Writes a line for each finding: what it is, who it is, and a text, with tabs in between.
pub(crate) fn as_text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let address = finding.address.as_deref().unwrap_or("-");
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}\t{address}\t{}", finding.kind.name(), finding.text);
    }
    if findings.is_empty() {
        text.push_str("nothing found\n");
    }
    text
}

impl FindingKind {
    /// Returns the name that stands in the JSON, too.
    fn name(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Waits => "waits",
            Self::Starting => "starting",
            Self::CrashLoop => "crash_loop",
            Self::Mailbox => "mailbox",
            Self::Connection => "connection",
            Self::DeadLetters => "dead_letters",
        }
    }
}

impl Finding {
    fn at(kind: FindingKind, worker: &WorkerReport, text: String) -> Self {
        let address = Some(worker.address.to_string());
        Self {
            kind,
            address,
            text,
        }
    }
}

fn is_slow(worker: &SeenWorker, slow_after: Duration) -> bool {
    worker.busy_for.is_some_and(|time| time >= slow_after)
}

fn slow(worker: &SeenWorker) -> Finding {
    let report = &worker.report;
    let time = seconds(worker.busy_for.unwrap_or_default());
    let behind = match report.queued {
        0 => String::new(),
        1 => "; 1 message waits behind it".to_owned(),
        queued => format!("; {queued} messages wait behind it"),
    };
    let stops = match report.is_stopping {
        true => "; it has been told to stop",
        false => "",
    };
    let blocks = match (report.blocks_for, &report.waits_for) {
        (Some(time), _) => format!("; it has blocked its thread for {}", seconds(time)),
        (None, Some(address)) => format!("; it waits for {address}"),
        (None, None) => String::new(),
    };
    let (kind, text) = match report.state {
        WorkerState::Starting => {
            let text = format!("has been in `initialize` for {time}{blocks}{behind}{stops}");
            (FindingKind::Starting, text)
        }
        _ => {
            let message = &report.message;
            let text =
                format!("has handled one message ({message}) for {time}{blocks}{behind}{stops}");
            let kind = match report.waits_for {
                Some(_) => FindingKind::Waits,
                None => FindingKind::Slow,
            };
            (kind, text)
        }
    };
    Finding::at(kind, report, text)
}

fn crash_loop(worker: &SeenWorker) -> Option<Finding> {
    let (report, lately) = (&worker.report, worker.recent_restarts);
    let rests = report.state == WorkerState::Resting && report.restarts >= u64::from(CRASH_LOOP);
    if lately < CRASH_LOOP && !rests {
        return None;
    }
    let last = report.last_failure.as_deref().unwrap_or("not known");
    let mut last: String = last.chars().take(MAX_FAILURE_CHARS + 1).collect();
    if let Some((cut, _)) = last.char_indices().nth(MAX_FAILURE_CHARS) {
        last.truncate(cut);
        last.push('…');
    }
    let restarts = report.restarts;
    let text = format!("was started again {restarts} times, {lately} of them lately: {last}");
    Some(Finding::at(FindingKind::CrashLoop, report, text))
}

fn mailbox(worker: &SeenWorker) -> Finding {
    let report = &worker.report;
    let (queued, capacity) = (report.queued, report.capacity);
    let (growth, handled) = (worker.growth_per_second, worker.handled_per_second);
    let text =
        format!("{queued}/{capacity} messages wait, {growth:+.1}/s; it handles {handled:.1}/s");
    Finding::at(FindingKind::Mailbox, report, text)
}

fn connection(lost: &ConnectionReport) -> Finding {
    let ConnectionReport {
        peer, queued_bytes, ..
    } = lost;
    let text = format!("the connection to {peer} is lost; {queued_bytes} bytes wait for it");
    Finding {
        kind: FindingKind::Connection,
        address: Some(lost.address.to_string()),
        text,
    }
}

fn dead_letters(node: &Snapshot) -> Option<Finding> {
    let lost = &node.dead_letters;
    if lost.lately == 0 {
        return None;
    }
    let mut text = format!("{} messages were lost lately", lost.lately);
    let last = lost.recent.last();
    if let Some(last) = last {
        let _ = write!(text, "; the last ones: {} × {}", last.messages, last.reason);
    }
    Some(Finding {
        kind: FindingKind::DeadLetters,
        address: last.and_then(|last| last.address.clone()),
        text,
    })
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
