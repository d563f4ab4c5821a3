use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use ockam_core::Result;
use ockam_core::parts::Upstream;

use crate::panics::wake;
use crate::sync::{Mutex, MutexGuard};

/// How many parts wait at most until they are read. The reader takes them all at once, so that as many may
/// wait behind those that it has taken.
pub(super) const CAPACITY_PARTS: usize = 64;

/// How many parts wait at most until a connection takes them, which peers may make one do for many answers, as long as
/// there is no credit for more.
const CAPACITY_PARTS_OF_PEER: usize = 4;

/// The parts of an answer that have not been read yet, and its end.
///
/// There is one writer and one reader. Either is told when the other one is dropped. No code of users runs
/// under the lock.
pub(super) struct Parts<R> {
    state: Mutex<State<R>>,
    /// The connection by which the parts come, if they do.
    upstream: Option<Arc<dyn Upstream>>,
}

struct State<R> {
    parts: VecDeque<R>,
    /// How the answer has ended, until the reader has taken it.
    end: Option<Result<()>>,
    has_ended: bool,
    /// Whether the reader is gone, or has been told the end.
    is_closed: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
    /// Whether the reader has found nothing since it took parts.
    has_waited: bool,
    /// How many bytes the bodies of the parts had. They are known if the parts come from another node.
    bytes: usize,
    /// How many parts may wait.
    capacity: usize,
}

/// What the reader finds.
pub(super) enum Taken {
    Parts,
    End(Result<()>),
}

/// The reader is gone: nobody wants more parts.
#[derive(Debug)]
pub(super) struct Closed;

impl<R> Parts<R> {
    pub(super) fn new(upstream: Option<Arc<dyn Upstream>>) -> Self {
        let state = Mutex::new(State {
            parts: VecDeque::new(),
            end: None,
            has_ended: false,
            is_closed: false,
            reader: None,
            writer: None,
            has_waited: false,
            bytes: 0,
            capacity: CAPACITY_PARTS,
        });
        Self { state, upstream }
    }

    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a connection reads, and has credit for so many parts.
    pub(super) fn set_credit(&self, parts: u64) {
        let parts = usize::try_from(parts).unwrap_or(usize::MAX);
        let mut state = self.lock();
        state.capacity = parts.clamp(CAPACITY_PARTS_OF_PEER, CAPACITY_PARTS);
        wake_up(state.writer.take(), state);
    }

    /// Waits until there is room for a part, or the reader is gone.
    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<Result<(), Closed>> {
        self.poll_writer(cx, |state| state.parts.len() < state.capacity)
    }

    /// Waits until the reader is gone.
    pub(super) fn poll_closed(&self, cx: &Context<'_>) -> Poll<()> {
        self.poll_writer(cx, |_| false).map(|_| ())
    }

    fn poll_writer(
        &self,
        cx: &Context<'_>,
        has_room: fn(&State<R>) -> bool,
    ) -> Poll<Result<(), Closed>> {
        let look = |state: &State<R>| match state.is_closed {
            true => Poll::Ready(Err(Closed)),
            false if has_room(state) => Poll::Ready(Ok(())),
            false => Poll::Pending,
        };
        let seen = look(&self.lock());
        if seen.is_ready() {
            return seen;
        }
        let waker = cx.waker().clone();
        let mut state = self.lock();
        let seen = look(&state);
        if seen.is_pending() {
            let before = state.writer.replace(waker);
            drop(state);
            drop(before);
        }
        seen
    }

    /// Adds a part, for which there is [room](Self::poll_room). Returns it if the reader is gone.
    #[inline]
    pub(super) fn push(&self, part: R) -> Result<(), R> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(part);
        }
        state.parts.push_back(part);
        wake_up(state.reader.take(), state);
        Ok(())
    }

    /// Adds parts that come from another node, for which there is credit, and whose bodies have so many bytes. Returns
    /// them if the reader is gone.
    pub(super) fn push_all(&self, parts: Vec<R>, bytes: usize) -> Result<(), Vec<R>> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(parts);
        }
        state.bytes += bytes;
        state.parts.extend(parts);
        wake_up(state.reader.take(), state);
        Ok(())
    }

    /// Ends the answer, behind all parts. It has one end, the first one.
    pub(super) fn end(&self, end: impl FnOnce() -> Result<()>) {
        let mut state = self.lock();
        if !state.is_closed && !state.has_ended {
            state.has_ended = true;
            state.end = Some(end());
            wake_up(state.reader.take(), state);
        }
    }

    /// Waits for parts and takes all of them out, into a queue that is empty. The end comes behind them.
    pub(super) fn poll_take(&self, taken: &mut VecDeque<R>, cx: &Context<'_>) -> Poll<Taken> {
        let seen = self.take(taken);
        if seen.is_ready() {
            return seen;
        }
        let waker = cx.waker().clone();
        let mut state = self.lock();
        state.has_waited = true;
        let before = state.reader.replace(waker);
        drop(state);
        drop(before);
        // The writer may have been here in between.
        self.take(taken)
    }

    fn take(&self, taken: &mut VecDeque<R>) -> Poll<Taken> {
        let mut state = self.lock();
        if !state.parts.is_empty() {
            mem::swap(&mut state.parts, taken);
            let bytes = mem::take(&mut state.bytes);
            let has_waited = mem::take(&mut state.has_waited);
            wake_up(state.writer.take(), state);
            if let Some(upstream) = &self.upstream {
                upstream.taken(taken.len(), bytes, has_waited);
            }
            return Poll::Ready(Taken::Parts);
        }
        match state.end.take() {
            Some(end) => {
                state.is_closed = true;
                Poll::Ready(Taken::End(end))
            }
            None => Poll::Pending,
        }
    }

    /// Notes that the reader is gone. Returns what it has not read, to be dropped.
    pub(super) fn close(&self) -> (VecDeque<R>, Option<Result<()>>) {
        let mut state = self.lock();
        let was_open = !state.is_closed && !state.has_ended;
        state.is_closed = true;
        let unread = (mem::take(&mut state.parts), state.end.take());
        wake_up(state.writer.take(), state);
        if let (true, Some(upstream)) = (was_open, &self.upstream) {
            upstream.cancel();
        }
        unread
    }
}

/// Wakes a task without the lock.
fn wake_up<R>(task: Option<Waker>, state: MutexGuard<'_, State<R>>) {
    drop(state);
    if let Some(task) = task {
        wake(task);
    }
}
