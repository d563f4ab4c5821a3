use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use ockam_core::Result;
use tokio::runtime::Handle;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use super::subject::{Key, Subject};
use crate::panics::{catch, caught};
use crate::random::HashState;
use crate::task;
use crate::time::clock::{self, Instant};

/// The largest number of verdicts that a worker keeps. Then the oldest one is forgotten, and asked for again.
const MAX_VERDICTS: usize = 4_096;

/// The largest number of sources that are decided about at once, for each worker. The others wait.
const MAX_PENDING: usize = 64;

/// Decides about a source, perhaps with I/O. This is code of the user.
pub(crate) type Admit =
    dyn Fn(Subject) -> Pin<Box<dyn Future<Output = Result<bool>> + Send>> + Send + Sync;

/// The verdicts of an `admit` about the sources of messages to one worker.
pub(crate) struct Admissions {
    admit: Arc<Admit>,
    /// How long a verdict is kept.
    keep: Duration,
    /// How long `admit` may take.
    timeout: Duration,
    runtime: Handle,
    pending: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sources: HashMap<Key, Entry, HashState>,
    /// The sources with verdicts, the oldest one first, and until when each is kept.
    kept: VecDeque<(Instant, Key)>,
    is_closed: bool,
}

enum Entry {
    Pending(Arc<Pending>),
    Decided { allows: bool, until: Instant },
}

/// A decision in progress.
#[derive(Default)]
pub(super) struct Pending {
    /// `None` if there is none: `admit` has failed.
    verdict: OnceLock<Option<bool>>,
    done: Notify,
    task: OnceLock<AbortHandle>,
}

/// What is known of a source.
pub(super) enum Known {
    Verdict(bool),
    Pending(Arc<Pending>),
    Nothing,
}

impl Admissions {
    pub(crate) fn new(
        admit: Arc<Admit>,
        keep: Duration,
        timeout: Duration,
        runtime: Handle,
    ) -> Self {
        Self {
            admit,
            keep,
            timeout,
            runtime,
            pending: Arc::new(Semaphore::new(MAX_PENDING)),
            state: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what is known of a source, without waiting.
    pub(super) fn known(&self, source: Key) -> Known {
        match self.lock().sources.get(&source) {
            Some(Entry::Decided { allows, until }) if clock::now() < *until => {
                Known::Verdict(*allows)
            }
            Some(Entry::Pending(pending)) => Known::Pending(pending.clone()),
            Some(Entry::Decided { .. }) | None => Known::Nothing,
        }
    }

    /// Begins to decide about a source, unless too many are being decided about.
    pub(super) fn try_begin(self: &Arc<Self>, subject: &Subject) {
        if let Ok(place) = self.pending.clone().try_acquire_owned() {
            self.begin(place, subject);
        }
    }

    /// Waits for the verdict about a source, or for the failure of `admit`, which refuses.
    pub(super) async fn verdict(self: &Arc<Self>, subject: &Subject) -> bool {
        let source = subject.key();
        loop {
            let pending = match self.known(source) {
                Known::Verdict(allows) => return allows,
                Known::Pending(pending) => pending,
                Known::Nothing => {
                    // Those that wait get places in order.
                    let Ok(place) = self.pending.clone().acquire_owned().await else {
                        return false;
                    };
                    match self.begin(place, subject) {
                        Some(pending) => pending,
                        None if self.lock().is_closed => return false,
                        None => continue,
                    }
                }
            };
            return pending.wait().await;
        }
    }

    /// Begins to decide about a source. Returns `None` if there is a verdict, or a decision in progress.
    fn begin(
        self: &Arc<Self>,
        place: OwnedSemaphorePermit,
        subject: &Subject,
    ) -> Option<Arc<Pending>> {
        let source = subject.key();
        let pending = Arc::new(Pending::default());
        let mut state = self.lock();
        let is_known = match state.sources.get(&source) {
            Some(Entry::Decided { until, .. }) => clock::now() < *until,
            Some(Entry::Pending(_)) => true,
            None => false,
        };
        if is_known || state.is_closed {
            return None;
        }
        state
            .sources
            .insert(source, Entry::Pending(pending.clone()));
        drop(state);
        let deciding = Deciding {
            admissions: self.clone(),
            source,
            pending: pending.clone(),
            _place: place,
        };
        let (admit, timeout, subject) = (self.admit.clone(), self.timeout, subject.clone());
        let task = task::spawn(&self.runtime, async move {
            let verdict = async {
                let admitting = catch(|| admit(subject)).ok()?;
                let admitted = clock::limit(timeout, caught(admitting)).await?;
                admitted.ok()?.ok()
            };
            deciding.decide(verdict.await);
        });
        // It is set once. If the worker has ended in between, nobody waits for it.
        let _ = pending.task.set(task.abort_handle());
        if self.lock().is_closed {
            pending.abort();
        }
        Some(pending)
    }

    /// Keeps a verdict, and forgets what is too old or too many.
    fn keep(&self, source: Key, verdict: Option<bool>) {
        let now = clock::now();
        let mut state = self.lock();
        let Some(allows) = verdict.filter(|_| !self.keep.is_zero()) else {
            state.sources.remove(&source);
            return;
        };
        let until = clock::after(self.keep);
        state
            .sources
            .insert(source, Entry::Decided { allows, until });
        state.kept.push_back((until, source));
        while let Some((until, oldest)) = state.kept.front().copied() {
            if until > now && state.kept.len() <= MAX_VERDICTS {
                break;
            }
            state.kept.pop_front();
            // There may be a newer one, or a decision in progress.
            let is_it = matches!(state.sources.get(&oldest),
                Some(Entry::Decided { until: kept, .. }) if *kept == until);
            if is_it {
                state.sources.remove(&oldest);
            }
        }
    }

    /// Ends all decisions: the worker has ended.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let sources = std::mem::take(&mut state.sources);
        state.kept.clear();
        drop(state);
        self.pending.close();
        for entry in sources.into_values() {
            if let Entry::Pending(pending) = entry {
                pending.abort();
            }
        }
    }
}

impl Pending {
    async fn wait(&self) -> bool {
        // Created before the verdict is read, so that none in between is missed.
        let done = self.done.notified();
        if self.verdict.get().is_none() {
            done.await;
        }
        self.verdict.get().copied().flatten().unwrap_or(false)
    }

    fn abort(&self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }
}

/// A decision in progress. If it is dropped, it has failed.
struct Deciding {
    admissions: Arc<Admissions>,
    source: Key,
    pending: Arc<Pending>,
    _place: OwnedSemaphorePermit,
}

impl Deciding {
    fn decide(self, verdict: Option<bool>) {
        // It is set once.
        let _ = self.pending.verdict.set(verdict);
    }
}

impl Drop for Deciding {
    fn drop(&mut self) {
        let verdict = *self.pending.verdict.get_or_init(|| None);
        self.admissions.keep(self.source, verdict);
        self.pending.done.notify_waiters();
    }
}
