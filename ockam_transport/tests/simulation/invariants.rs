//! What has to hold, whatever went wrong.

use std::time::Duration;

use ockam_core::ErrorKind;

use crate::history::{Entry, Outcome, Records};
use crate::plan::{Manner, Operation, Plan, Way};
use crate::scenario::Scenario;

/// How much later than its deadline something may end, because the timers have milliseconds.
const MARGIN: Duration = Duration::from_millis(5);

/// How long it takes to notice that a stream has ended, and to tell an asker behind another node.
const NOTICE: Duration = Duration::from_millis(300);

/// Adds every invariant that does not hold.
pub(crate) fn check(plan: &Plan, records: &mut Records) {
    let mut broken = Vec::new();
    for entry in records.entries.values() {
        let checks = [
            in_time(entry),
            once(entry),
            not_sent_is_not_handled(entry),
            as_told(entry),
            nothing_lost(plan, entry),
            not_left_waiting(plan, entry),
        ];
        broken.extend(checks.into_iter().flatten().map(|why| {
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
    broken.extend(told_of_all(plan, records));
    broken.sort_unstable();
    records.broken.extend(broken);
}

/// The sender of a message that was accepted and not handled is told: at most once if the message was
/// not delivered, and perhaps wrongly if the outcome is unknown.
fn told_of_all(plan: &Plan, records: &Records) -> Vec<String> {
    let mut broken = Vec::new();
    let mut untold = 0;
    for (lane, tells) in plan.lanes.iter().enumerate() {
        let Some(Operation { from, way, .. }) = tells.first() else {
            continue;
        };
        for life in 1..=records.lives[*from] {
            let entries = tells
                .iter()
                .filter_map(|tell| records.entries.get(&tell.id));
            let missing = entries.filter(|entry| entry.life == life && is_missing(entry));
            let (excused, missing): (Vec<_>, Vec<_>) =
                missing.partition(|entry| is_excused(records, entry));
            let reports = records.reports.get(&(lane, life));
            let reports = reports.map_or(&[][..], Vec::as_slice);
            let unknown = |kind: &&ErrorKind| **kind == ErrorKind::OutcomeUnknown;
            let definite = reports.len() - reports.iter().filter(unknown).count();
            let why = format!("on lane {lane}, {missing:?}, {reports:?}");
            if definite > missing.len() + excused.len() {
                broken.push(format!("told of what was handled {why}"));
            }
            if missing.len() > reports.len() {
                untold += missing.len() - reports.len();
                // A report that is forwarded can be lost on its way, and a node that stops has nobody left
                // to tell.
                let is_passed_on = *way == Way::Through && plan.scenario != Scenario::Latency;
                if !is_passed_on && !plan.scenario.is(Scenario::Restarts) {
                    broken.push(format!("lost in silence {why}"));
                }
            }
        }
    }
    // They are counted.
    if untold as u64 > records.dead_letters {
        let dead_letters = records.dead_letters;
        broken.push(format!("{untold} lost in silence, {dead_letters} counted"));
    }
    broken
}

fn is_missing(entry: &Entry) -> bool {
    matches!(entry.ended, Some((_, Outcome::Accepted))) && entry.handled == 0
}

/// Tells whether a message may have been lost with a host that crashed: its sender, or one that may
/// have taken it in.
fn is_excused(records: &Records, entry: &Entry) -> bool {
    let Operation { from, to, way, .. } = entry.operation;
    records.crashes.iter().any(|(host, life, at)| match *host {
        host if host == from => *life == entry.life,
        host => *at >= entry.begun && (host == to || way == Way::Through),
    })
}

fn in_time(entry: &Entry) -> Option<&'static str> {
    match entry.ended {
        None if entry.is_orphan => None,
        None => Some("never ended"),
        Some((at, _)) => {
            let took = at.saturating_sub(entry.begun);
            // A timer may be late by this part of its duration.
            let limit = entry.operation.limit;
            (took > limit + limit / 64 + MARGIN).then_some("ended behind its deadline")
        }
    }
}

fn once(entry: &Entry) -> Option<&'static str> {
    (entry.handled > 1 || entry.acknowledged > entry.handled).then_some("handled twice")
}

/// A message whose sender is told that it was not sent was not handled.
fn not_sent_is_not_handled(entry: &Entry) -> Option<&'static str> {
    let is_undelivered = |kind| match kind {
        ErrorKind::TimedOut => !entry.operation.is_ask,
        ErrorKind::OutcomeUnknown | ErrorKind::NoReply => false,
        ErrorKind::Stopped if entry.operation.manner == Manner::Fail => false,
        // This includes the error of an answer that the handler could not send.
        _ => !entry.is_unanswerable,
    };
    let is_unsent = match entry.ended {
        Some((_, Outcome::Failed(kind))) => is_undelivered(kind),
        Some((_, Outcome::Unsent)) => true,
        _ => false,
    };
    (is_unsent && entry.handled > 0).then_some("handled, although it failed")
}

/// Only a handler that answers has answered.
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

/// If there are only delays, everything arrives.
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

/// Where every loss is noticed, an asker is told of it before its deadline.
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
