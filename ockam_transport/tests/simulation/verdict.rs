//! What has to hold, whatever went wrong.

use std::time::Duration;

use ockam_core::ErrorKind;

use crate::ledger::{Entry, Outcome, Pages};
use crate::plan::{Manner, Plan, Scenario};

/// How much later than its deadline something may end: the clock of the engine has milliseconds.
const MARGIN: Duration = Duration::from_millis(5);

/// How long it takes to notice that a stream has ended, and to tell an asker behind another node.
const NOTICE: Duration = Duration::from_millis(300);

/// Adds what does not hold.
pub(crate) fn judge(plan: &Plan, pages: &mut Pages) {
    let mut broken = Vec::new();
    for entry in pages.entries.values() {
        let judged = [
            in_time(entry),
            once(entry),
            not_sent_is_not_handled(entry),
            as_told(entry),
            nothing_lost(plan, entry),
            not_left_waiting(plan, entry),
        ];
        broken.extend(judged.into_iter().flatten().map(|why| {
            let Entry {
                operation,
                begun,
                ended,
                handled,
                ..
            } = entry;
            format!("{why}: {operation:?}, begun {begun:?}, ended {ended:?}, handled {handled}")
        }));
    }
    broken.sort_unstable();
    pages.broken.extend(broken);
}

fn in_time(entry: &Entry) -> Option<&'static str> {
    match entry.ended {
        None if entry.is_orphan => None,
        None => Some("never ended"),
        Some((at, _)) => {
            let took = at.saturating_sub(entry.begun);
            (took > entry.operation.limit + MARGIN).then_some("ended behind its deadline")
        }
    }
}

fn once(entry: &Entry) -> Option<&'static str> {
    (entry.handled > 1 || entry.acknowledged > entry.handled).then_some("handled twice")
}

/// What a sender is told not to have been sent was not handled.
fn not_sent_is_not_handled(entry: &Entry) -> Option<&'static str> {
    let is_undelivered = |kind| match kind {
        ErrorKind::TimedOut => !entry.operation.is_ask,
        ErrorKind::OutcomeUnknown | ErrorKind::NoReply => false,
        ErrorKind::Stopped if entry.operation.manner == Manner::Fail => false,
        // Also what a handler's own answer may have failed with.
        _ => !entry.is_unanswerable,
    };
    let is_unsent = match entry.ended {
        Some((_, Outcome::Failed(kind))) => is_undelivered(kind),
        Some((_, Outcome::Unsent)) => true,
        _ => false,
    };
    (is_unsent && entry.handled > 0).then_some("handled, although it failed")
}

/// An answer is one of a handler that answers.
fn as_told(entry: &Entry) -> Option<&'static str> {
    let (_, outcome) = entry.ended?;
    let kind = match outcome {
        Outcome::Answered if entry.handled == 0 => return Some("answered by nobody"),
        Outcome::Failed(kind) => kind,
        _ => return None,
    };
    let manner = entry.operation.manner;
    match kind {
        ErrorKind::NoReply if manner != Manner::Drop => Some("left without an answer"),
        ErrorKind::WrongType
        | ErrorKind::Panicked
        | ErrorKind::Unhandled
        | ErrorKind::InvalidInput
        | ErrorKind::Other => Some("failed like nothing that was done to it"),
        _ => None,
    }
}

/// Where nothing goes wrong but the time that it takes, all arrives.
fn nothing_lost(plan: &Plan, entry: &Entry) -> Option<&'static str> {
    let outcome = entry.ended.map(|(_, outcome)| outcome)?;
    if plan.scenario != Scenario::Latency || outcome == Outcome::Unsent {
        return None;
    }
    let manner = entry.operation.manner;
    let is_fine = entry.handled == 1
        && match (manner, outcome) {
            (Manner::Drop, Outcome::Failed(kind)) => kind == ErrorKind::NoReply,
            (Manner::Fail, Outcome::Failed(kind)) => kind == ErrorKind::Stopped,
            (Manner::Acknowledge, Outcome::Accepted) => entry.acknowledged == 1,
            (_, Outcome::Accepted | Outcome::Answered) => true,
            _ => false,
        };
    (!is_fine).then_some("lost, although nothing went wrong")
}

/// Where no loss goes unnoticed, an asker is told of it, and not left to its deadline.
fn not_left_waiting(plan: &Plan, entry: &Entry) -> Option<&'static str> {
    let is_noticed = matches!(plan.scenario, Scenario::Drops | Scenario::Restarts);
    let (at, outcome) = entry.ended?;
    let is_answered = entry.operation.manner == Manner::Answer && entry.handled > 0;
    if !is_noticed || !is_answered || outcome != Outcome::Failed(ErrorKind::TimedOut) {
        return None;
    }
    let waited = at.saturating_sub(entry.handled_at);
    (waited > NOTICE).then_some("left waiting")
}
