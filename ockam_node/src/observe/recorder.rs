use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::Duration;

use ockam_core::headers::Source;
use ockam_core::{Address, Error, Result};

use super::times::Times;
use crate::log::cut_at;
use crate::panics::catch;
use crate::time::clock::{self, Nanos};

/// How many messages a recording keeps.
const MAX_MESSAGES: usize = 256;

/// How many bytes of the text of a failure are kept.
const MAX_FAILURE_BYTES: usize = 256;

/// The last messages of the workers at an address.
pub(crate) struct Recorder {
    address: Address,
    messages: Mutex<Kept>,
    /// How many times a worker found that somebody was looking, and noted nothing.
    missed: AtomicU64,
}

#[derive(Default)]
struct Kept {
    /// The number of the last message.
    last: u64,
    messages: VecDeque<Entry>,
}

struct Entry {
    number: u64,
    from: Source,
    began: Nanos,
    waited: Option<u64>,
    took: Option<u64>,
    end: RecordedEnd,
}

/// A message that a worker has handled, or handles now: what a [`Recording`](crate::Recording) keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RecordedMessage {
    /// The messages of a recording are counted from 1 on.
    pub number: u64,
    /// The first address of the sender, if it is still there.
    pub from: Option<Address>,
    /// How long ago its handler began.
    pub ago: Duration,
    /// How long it had waited in the mailbox, if the node keeps [histograms](crate::NodeBuilder::histograms).
    pub waited: Option<Duration>,
    /// How long its handler took. `None` as long as it runs.
    pub took: Option<Duration>,
    /// How its handler ended.
    pub end: RecordedEnd,
}

/// How the handler of a message has ended.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RecordedEnd {
    /// It has not.
    InHand,
    /// It returned `Ok`.
    Handled,
    /// It returned this error, or took longer than it may. The text has at most 256 bytes.
    Failed(String),
    /// It panicked.
    Panicked,
    /// It was dropped at an `.await`, since the worker was killed.
    Dropped,
}

impl Recorder {
    pub(super) fn new(address: Address) -> Self {
        Self {
            address,
            messages: Mutex::default(),
            missed: AtomicU64::new(0),
        }
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    pub(crate) fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }

    /// Returns what is kept, the oldest first. `who` finds out who has a number.
    pub(crate) fn messages(&self, who: impl Fn(u64) -> Option<Address>) -> Vec<RecordedMessage> {
        let now = clock::now_nanos();
        let kept = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let messages = kept.messages.iter();
        let seen = messages.map(|entry| {
            let message = RecordedMessage {
                number: entry.number,
                from: None,
                ago: Duration::from_nanos(now.saturating_sub(entry.began)),
                waited: entry.waited.map(Duration::from_nanos),
                took: entry.took.map(Duration::from_nanos),
                end: entry.end.clone(),
            };
            (message, entry.from)
        });
        let seen: Vec<_> = seen.collect();
        drop(kept);
        let named = seen.into_iter().map(|(mut message, from)| {
            message.from = Some(from)
                .filter(|it| *it != Source::UNKNOWN)
                .and_then(|it| who(it.number()));
            message
        });
        named.collect()
    }

    /// Notes something, unless somebody looks: a worker waits for nobody.
    fn note<T>(&self, note: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        match self.messages.try_lock() {
            Ok(mut kept) => Some(note(&mut kept)),
            Err(TryLockError::Poisoned(kept)) => Some(note(&mut kept.into_inner())),
            Err(TryLockError::WouldBlock) => {
                self.missed.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }

    fn begin(&self, from: Source, began: Nanos, waited: Option<u64>) -> Option<u64> {
        self.note(|kept| {
            if kept.messages.len() == MAX_MESSAGES {
                kept.messages.pop_front();
            }
            kept.last += 1;
            kept.messages.push_back(Entry {
                number: kept.last,
                from,
                began,
                waited,
                took: None,
                end: RecordedEnd::InHand,
            });
            kept.last
        })
    }

    fn end(&self, number: u64, took: u64, end: RecordedEnd) {
        self.note(|kept| {
            let mut newest_first = kept.messages.iter_mut().rev();
            if let Some(entry) = newest_first.find(|entry| entry.number == number) {
                entry.took = Some(took);
                entry.end = end;
            }
        });
    }
}

/// A message whose handling is noted. If it is dropped before its [`end`](Self::end), so was the handler.
pub(crate) struct Recorded<'a> {
    times: Option<&'a Times>,
    entry: Option<(Arc<Recorder>, u64)>,
    began: Nanos,
    /// Whether the handler is being polled.
    pub(crate) is_polled: bool,
    has_ended: bool,
}

impl<'a> Recorded<'a> {
    /// Notes that a message is handled from now on. `came` is when it came, if that is known.
    pub(crate) fn begin(
        times: Option<&'a Times>,
        recorder: Option<Arc<Recorder>>,
        from: Source,
        came: Option<Nanos>,
    ) -> Self {
        let began = clock::now_nanos();
        let waited = came.map(|came| began.saturating_sub(came));
        times.into_iter().for_each(|it| it.begin(began, waited));
        let entry = recorder.and_then(|recorder| {
            let number = recorder.begin(from, began, waited)?;
            Some((recorder, number))
        });
        Self {
            times,
            entry,
            began,
            is_polled: false,
            has_ended: false,
        }
    }

    pub(crate) fn end(&mut self, handled: &Result<()>) {
        self.end_as(match handled {
            Ok(()) => RecordedEnd::Handled,
            Err(error) => RecordedEnd::Failed(text_of(error)),
        });
    }

    fn end_as(&mut self, end: RecordedEnd) {
        self.has_ended = true;
        let took = clock::now_nanos().saturating_sub(self.began);
        self.times.into_iter().for_each(|it| it.end(took));
        if let Some((recorder, number)) = self.entry.take() {
            recorder.end(number, took, end);
        }
    }
}

impl Drop for Recorded<'_> {
    fn drop(&mut self) {
        match (self.has_ended, self.is_polled) {
            (true, _) => {}
            (false, true) => self.end_as(RecordedEnd::Panicked),
            (false, false) => self.end_as(RecordedEnd::Dropped),
        }
    }
}

/// Returns the text of an error. It may be a user's, whose `Display` may panic.
fn text_of(error: &Error) -> String {
    let text = catch(|| format!("{error:#}"));
    let mut text = text.unwrap_or_else(|panic| panic.message().to_owned());
    if text.len() > MAX_FAILURE_BYTES {
        cut_at(&mut text, MAX_FAILURE_BYTES - '…'.len_utf8());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_waits_for_nobody_who_looks() {
        let recorder = Recorder::new("busy".into());
        let looking = recorder.messages.lock();
        assert_eq!(recorder.begin(Source::UNKNOWN, 1, None), None);
        drop(looking);
        assert_eq!(recorder.missed(), 1);
        assert_eq!(recorder.begin(Source::UNKNOWN, 1, None), Some(1));
        assert_eq!(
            (recorder.missed(), recorder.messages(|_| None).len()),
            (1, 1)
        );
    }
}
