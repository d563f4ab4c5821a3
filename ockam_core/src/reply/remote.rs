use std::mem;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::Waker;
use std::time::Duration;

use ockam_body::BodyType;

use super::ask::Ask;
use super::watchers::{Holder, WatchId, Watchers};
use crate::address::Address;
use crate::any::Any;
use crate::error::{Error, ErrorKind, Result};
use crate::message::Message;
use crate::parts::{PartSink, Upstream};

/// An asker on another node.
///
/// A transport implements it. The answer goes through the connection by which the question came.
pub trait RemoteAsker: Send + Sync + 'static {
    /// Returns the address of the asker on its node.
    fn address(&self) -> &Address;

    /// Sends the answer.
    ///
    /// # Errors
    ///
    /// Returns the error of the connection.
    fn answer(&self, message: Any) -> Result<()>;

    /// Reports that no answer will come. The kind `NoReply` says that the right to answer was dropped.
    fn fail(&self, error: &Error);

    /// Reports that no answer will come, because the handler of a worker has failed.
    fn fail_handler(&self, worker: &Address, error: &Error);

    /// Returns when the asker stops waiting, as far as this node knows, on its clock.
    fn ends(&self) -> u64;
}

pub(super) struct RemoteAsk<A> {
    rights: AtomicUsize,
    /// [`OPEN`], [`ENDED`], [`DROPPED`] or [`TIMED_OUT`].
    state: AtomicU8,
    /// Those who want to hear of the end of the ask.
    watchers: OnceLock<Box<Watchers>>,
    asker: A,
}

const OPEN: u8 = 0;
const ENDED: u8 = 1;
/// The asker has dropped the ask.
const DROPPED: u8 = 2;
/// The time of the asker is over.
const TIMED_OUT: u8 = 3;

impl<A: RemoteAsker> RemoteAsk<A> {
    pub(super) fn new(asker: A) -> Self {
        Self {
            rights: AtomicUsize::new(1),
            state: AtomicU8::new(OPEN),
            watchers: OnceLock::new(),
            asker,
        }
    }

    /// Changes the state of an ask that is open. Returns the state before.
    fn change(&self, to: u8) -> u8 {
        // In one order with `is_open` and with who begins to watch: either that one sees the end, or whoever
        // ends the ask sees the watcher.
        let changed = self
            .state
            .compare_exchange(OPEN, to, Ordering::SeqCst, Ordering::SeqCst);
        changed.unwrap_or_else(|state| state)
    }

    /// Ends the ask, and tells those who watch it. Returns `true` if it had not ended before.
    fn end(&self) -> bool {
        let was_open = self.change(ENDED) == OPEN;
        if was_open {
            self.wake_watchers();
        }
        was_open
    }

    /// Ends the ask with an error. An asker that has stopped waiting, or that is gone, knows that nothing will
    /// come.
    fn fail_with(&self, error: Error, report: impl FnOnce(&A, &Error)) -> Result<()> {
        match self.change(ENDED) {
            OPEN => {
                self.wake_watchers();
                report(&self.asker, &error);
                Ok(())
            }
            DROPPED | TIMED_OUT => Ok(()),
            _ => Err(error),
        }
    }

    fn wake_watchers(&self) {
        if let Some(watchers) = self.watchers.get() {
            watchers.ended();
        }
    }

    fn is_open(&self) -> bool {
        self.state.load(Ordering::SeqCst) == OPEN
    }
}

/// Opens an ask again when it is dropped.
struct Reopened<'a>(&'a AtomicU8);

impl Drop for Reopened<'_> {
    fn drop(&mut self) {
        self.0.store(OPEN, Ordering::SeqCst);
    }
}

impl<A: RemoteAsker> Ask for RemoteAsk<A> {
    fn add_right(&self) {
        self.rights.fetch_add(1, Ordering::Relaxed);
    }

    fn drop_right(&self) {
        // Release and Acquire: the thread that drops the last right sees what the others did with the
        // ask.
        if self.rights.fetch_sub(1, Ordering::AcqRel) == 1 && self.end() {
            let why = "the question was dropped unanswered";
            self.asker.fail(&Error::new(ErrorKind::NoReply, why));
        }
    }

    fn address(&self) -> &Address {
        self.asker.address()
    }

    fn answer_any(&self, message: Any) -> Result<()> {
        let (kind, why) = match self.change(ENDED) {
            OPEN => return self.answer_once(message),
            DROPPED | TIMED_OUT => {
                let why = "the asker has stopped waiting for an answer";
                (ErrorKind::Stopped, why)
            }
            _ => {
                let why = "the question has been answered already";
                (ErrorKind::NoRoute, why)
            }
        };
        let error = Error::new(kind, why).of_answer();
        Err(error.with_undelivered(message))
    }

    fn answer_body(&self, body: &[u8], sent: BodyType<'_>) -> Result<()> {
        self.answer_any(Any::read_body(body, sent)?)
    }

    fn fail(&self, error: Error) -> Result<()> {
        self.fail_with(error, |asker, error| asker.fail(error))
    }

    fn fail_handler(&self, worker: &Address, error: Error) -> Result<()> {
        self.fail_with(error, |asker, error| asker.fail_handler(worker, error))
    }

    fn ends(&self, _now: &dyn Fn() -> u64) -> u64 {
        match self.state.load(Ordering::SeqCst) {
            // The asker has said so before this node would have noticed.
            TIMED_OUT => 1,
            _ => self.asker.ends(),
        }
    }

    fn timeout(&self) -> Duration {
        Duration::MAX
    }

    fn has_ended(&self) -> bool {
        !self.is_open()
    }

    fn ends_unless_over(&self, now: &dyn Fn() -> u64) -> Option<u64> {
        let ends = self.asker.ends();
        let is_over = match self.state.load(Ordering::SeqCst) {
            OPEN | DROPPED => ends <= now(),
            state => state == TIMED_OUT,
        };
        (!is_over).then_some(ends)
    }

    fn is_abandoned(&self) -> bool {
        matches!(self.state.load(Ordering::SeqCst), DROPPED | TIMED_OUT)
    }

    fn set_answered(&self) {
        self.end();
    }

    fn cancel(&self, is_over: bool) {
        let state = if is_over { TIMED_OUT } else { DROPPED };
        let was_open = self.change(state) == OPEN;
        if let (true, Some(watchers)) = (was_open, self.watchers.get()) {
            watchers.abandoned(self.asker.address());
        }
    }

    fn watch(&self, id: &mut Option<WatchId>, task: Waker) -> bool {
        self.watchers.get_or_init(Box::default).register(id, task);
        self.is_open()
    }

    fn asking_worker(&self) -> u64 {
        0
    }

    fn note_passed_on(&self, _by: i32) {}

    fn is_with_handler(&self) -> bool {
        false
    }

    fn unwatch(&self, id: WatchId) {
        if let Some(watchers) = self.watchers.get() {
            watchers.remove(id);
        }
    }

    fn begin_parts(&self, _: Arc<dyn Upstream>) -> Result<Arc<dyn PartSink>> {
        let why = "the parts of an answer are read on the node of the asker";
        Err(Error::new(ErrorKind::InvalidInput, why))
    }

    fn hold(&self, holder: Weak<dyn Holder>) -> bool {
        self.watchers.get_or_init(Box::default).add_holder(holder);
        self.is_open()
    }
}

impl<A: RemoteAsker> RemoteAsk<A> {
    /// Sends the answer of an ask that is marked as ended. If it is not sent, the ask stays open, also if the
    /// `Serialize` of the answer panics.
    fn answer_once(&self, message: Any) -> Result<()> {
        let open = Reopened(&self.state);
        self.asker.answer(message).map_err(Error::of_answer)?;
        mem::forget(open);
        self.wake_watchers();
        Ok(())
    }
}
