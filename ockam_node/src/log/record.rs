//! What the node of a test has logged, and what nobody was told of.
//!
//! A test has a record on its own thread and on those of its runtime. Elsewhere there is none, and what is
//! logged goes to the `tracing` subscriber or to stderr alone.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The number of lines that are kept, the last ones.
const MAX_LINES: usize = 1_000;
/// The number of lines that are kept of a log with events.
#[cfg(feature = "test-util")]
const MAX_EVENTS: usize = 10_000;
/// The bytes of a line that are kept.
const MAX_LINE_BYTES: usize = 4 * 1024;
/// The number of troubles that are kept, the first ones. The others are counted.
const MAX_UNTOLD: usize = 100;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Record>>> = const { RefCell::new(None) };
}

/// What fails a test if nobody was told of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// A handler, a `shutdown` or a `Drop` has failed or panicked.
    Failures,
    /// A message was accepted and not handled.
    Unhandled,
    /// A worker did not stop in time.
    Killed,
    /// A task goes on after the node has stopped.
    Tasks,
}

/// The log of a test.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The time of the run, if the log has the events of the node and their times.
    #[cfg(feature = "test-util")]
    time: Option<fn() -> std::time::Duration>,
    allowed: Vec<Trouble>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<String>,
    lines_left_out: usize,
    untold: Vec<String>,
    untold_left_out: usize,
}

impl Record {
    /// Creates a record for a test that means some troubles to happen.
    pub(crate) fn allowing(allowed: Vec<Trouble>) -> Arc<Self> {
        Arc::new(Self {
            allowed,
            ..Self::default()
        })
    }

    /// Creates a record that also has the events of the node, each with its time.
    #[cfg(feature = "test-util")]
    pub(crate) fn of_events(allowed: Vec<Trouble>, time: fn() -> std::time::Duration) -> Arc<Self> {
        Arc::new(Self {
            time: Some(time),
            allowed,
            ..Self::default()
        })
    }

    /// Makes this the record of the calling thread.
    pub(crate) fn enter(self: &Arc<Self>) -> Entered {
        Entered(CURRENT.replace(Some(self.clone())))
    }

    /// Makes this the record of the calling thread for as long as the thread lives.
    pub(crate) fn enter_for_good(self: &Arc<Self>) {
        CURRENT.set(Some(self.clone()));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add_line(&self, line: String) {
        #[cfg(feature = "test-util")]
        let (line, most) = match self.time {
            Some(time) => (
                format!("{:9.3} s  {line}", time().as_secs_f64()),
                MAX_EVENTS,
            ),
            None => (line, MAX_LINES),
        };
        #[cfg(not(feature = "test-util"))]
        let most = MAX_LINES;
        let mut state = self.lock();
        state.lines.push_back(cut(line));
        if state.lines.len() > most {
            state.lines.pop_front();
            state.lines_left_out += 1;
        }
    }

    /// Adds something that nobody was told of, unless the test means it to happen.
    pub(crate) fn add_untold(&self, trouble: Trouble, what: String) {
        if self.allowed.contains(&trouble) {
            return;
        }
        let mut state = self.lock();
        match state.untold.len() < MAX_UNTOLD {
            true => state.untold.push(cut(what)),
            false => state.untold_left_out += 1,
        }
    }

    /// Takes what nobody was told of. Whoever takes it is told.
    pub(crate) fn take_untold(&self) -> Vec<String> {
        let mut state = self.lock();
        let mut untold = mem::take(&mut state.untold);
        match mem::take(&mut state.untold_left_out) {
            0 => {}
            more => untold.push(format!("and {more} more")),
        }
        untold
    }

    /// Returns the last lines of the log.
    pub(crate) fn lines(&self) -> Vec<String> {
        let state = self.lock();
        let left_out = match state.lines_left_out {
            0 => None,
            some => Some(format!("({some} lines are left out)")),
        };
        left_out
            .into_iter()
            .chain(state.lines.iter().cloned())
            .collect()
    }
}

/// Gives the thread the record back that it had before, when this is dropped.
#[must_use = "the record is left when this is dropped"]
pub(crate) struct Entered(Option<Arc<Record>>);

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Returns the record of the calling thread, if it has one.
pub(crate) fn current() -> Option<Arc<Record>> {
    // A thread that ends may log from the `Drop` of its locals.
    let current = CURRENT.try_with(|current| current.borrow().clone());
    current.ok().flatten()
}

/// Adds a line to the record of the calling thread. Returns `false` if it has none.
pub(super) fn add_line(line: impl FnOnce() -> String) -> bool {
    let record = current();
    record.is_some_and(|record| {
        record.add_line(line());
        true
    })
}

/// Adds an event to the record of the calling thread, if it has events.
#[cfg(feature = "test-util")]
pub(super) fn add_event(event: impl FnOnce() -> String) {
    let has_events = CURRENT.with_borrow(|current| {
        let current = current.as_ref();
        current.is_some_and(|record| record.time.is_some())
    });
    if has_events {
        add_line(event);
    }
}

/// Cuts a text to at most `bytes` bytes, and adds an ellipsis.
pub(crate) fn cut_at(text: &mut String, bytes: usize) {
    let end = (0..=bytes).rev().find(|at| text.is_char_boundary(*at));
    text.truncate(end.unwrap_or(0));
    text.push('…');
}

fn cut(mut line: String) -> String {
    if line.len() > MAX_LINE_BYTES {
        cut_at(&mut line, MAX_LINE_BYTES);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_the_others_counted() {
        let record = Record::default();
        for number in 0..MAX_LINES + 5 {
            record.add_line(format!("{number}"));
        }
        let lines = record.lines();
        assert_eq!(lines.len(), MAX_LINES + 1);
        assert_eq!(lines[0], "(5 lines are left out)");
        assert_eq!(lines[1], "5");
    }

    #[test]
    fn the_first_troubles_are_kept_and_the_others_counted() {
        let record = Record::default();
        for number in 0..MAX_UNTOLD + 7 {
            record.add_untold(Trouble::Failures, format!("{number}"));
        }
        let untold = record.take_untold();
        assert_eq!(untold.len(), MAX_UNTOLD + 1);
        assert_eq!(untold[MAX_UNTOLD], "and 7 more");
        assert!(record.take_untold().is_empty());
    }

    #[test]
    fn a_long_line_is_cut_between_two_characters() {
        let line = cut("é".repeat(MAX_LINE_BYTES));
        assert!(line.ends_with("é…") && line.len() <= MAX_LINE_BYTES + '…'.len_utf8());
    }

    #[test]
    fn what_is_allowed_is_no_trouble() {
        let record = Record::allowing(vec![Trouble::Killed]);
        record.add_untold(Trouble::Killed, "killed".to_owned());
        record.add_untold(Trouble::Unhandled, "unhandled".to_owned());
        assert_eq!(record.take_untold(), ["unhandled"]);
    }
}
