use std::any::type_name;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::Waker;
use std::time::Duration;

use ockam_body::BodyType;

use super::ask::Ask;
use super::asker::Asker;
use super::slot::{Refused, Slot, State};
use super::unanswered::Unanswered;
use super::watchers::{Holder, WatchId, Watchers};
use crate::address::Address;
use crate::any::Any;
use crate::error::{Error, ErrorContext, ErrorKind, Result};
use crate::message::Message;
use crate::parts::{PartSink, Upstream};
use crate::random::random_name;

/// An ask whose asker is on this node.
pub(super) struct LocalAsk<R> {
    pub(super) slot: Slot<Result<R, Unanswered>>,
    /// The longest time that the asker waits, from the start of the ask, in nanoseconds.
    timeout: u64,
    /// When the asker stops waiting, on the clock of its node. It is 0 until the asker has looked at the
    /// clock, or at an alarm: that is before it waits for the first time.
    ends: AtomicU64,
    /// The number of the worker whose handler asks, or 0.
    worker: u64,
    /// How often the question was passed on, less how often a handler has left it unanswered. Below 0, it is
    /// somewhere else than in a mailbox or with a handler.
    passed_on: AtomicI32,
    /// What most asks don't have.
    rare: OnceLock<Box<Rare>>,
}

/// What few asks have.
#[derive(Default)]
struct Rare {
    /// Those who want to hear of the end of the ask.
    watchers: Watchers,
    /// Created when it is first read.
    address: OnceLock<Address>,
}

impl<R> LocalAsk<R> {
    pub(super) fn new(task: Option<Waker>, asker: Asker) -> Self {
        Self {
            slot: Slot::new(task),
            timeout: asker.timeout,
            ends: AtomicU64::new(asker.ends),
            worker: asker.worker,
            passed_on: AtomicI32::new(0),
            rare: OnceLock::new(),
        }
    }

    #[inline]
    pub(super) fn set_ends(&self, ends: u64) {
        // Who reads it needs nothing else that was written before.
        self.ends.store(ends, Ordering::Relaxed);
    }

    /// Stops waiting. An answer that comes later is refused.
    pub(super) fn abandon(&self) {
        let was_open = self.slot.abandon();
        if let (true, Some(rare)) = (was_open, self.rare.get()) {
            rare.watchers.abandoned(rare.name());
        }
    }

    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }

    /// Ends the ask, or gives the outcome back if it has ended already.
    fn end(&self, outcome: Result<R, Unanswered>) -> Result<(), Refused<Result<R, Unanswered>>> {
        self.slot.end(outcome)?;
        self.wake_watchers();
        Ok(())
    }

    #[inline]
    fn wake_watchers(&self) {
        if let Some(rare) = self.rare.get() {
            rare.watchers.ended();
        }
    }

    /// Takes the outcome out. Whoever answered has mostly let go of the ask by then, which saves a lock that
    /// the two would contend for.
    pub(super) fn into_state(mut self: Arc<Self>) -> State<Result<R, Unanswered>> {
        match Arc::get_mut(&mut self) {
            Some(ask) => ask.slot.take_unshared(),
            None => self.slot.take(),
        }
    }
}

impl<R: Message> LocalAsk<R> {
    #[cold]
    fn look_whether_over(&self, now: &dyn Fn() -> u64) -> Option<u64> {
        let ends = self.ends(now);
        let is_over = self.is_abandoned() && ends <= now();
        (!is_over).then_some(ends)
    }
}

impl Rare {
    fn name(&self) -> &Address {
        self.address.get_or_init(|| Address::local(random_name()))
    }
}

impl<R: Message> LocalAsk<R> {
    pub(super) fn answer(&self, message: R) -> Result<()> {
        let (kind, why, refused) = match self.end(Ok(message)) {
            Ok(()) => return Ok(()),
            Err(Refused::Ended(refused)) => {
                let why = "the question has been answered already";
                (ErrorKind::NoRoute, why, refused)
            }
            Err(Refused::Abandoned(refused)) => {
                let why = "the asker has stopped waiting for an answer";
                (ErrorKind::Stopped, why, refused)
            }
        };
        let error = Error::new(kind, why).of_answer();
        Err(match refused {
            Ok(message) => error.with_undelivered(message),
            Err(_) => error,
        })
    }
}

impl<R: Message> Ask for LocalAsk<R> {
    fn add_right(&self) {
        self.slot.add_right();
    }

    fn drop_right(&self) {
        if self.slot.drop_right(|| Err(Unanswered::Dropped)) {
            self.wake_watchers();
        }
    }

    fn address(&self) -> &Address {
        self.rare().name()
    }

    fn answer_any(&self, message: Any) -> Result<()> {
        match message.downcast::<R>() {
            Ok(message) => self.answer(message),
            Err(message) => {
                let (takes, given) = (type_name::<R>(), message.type_name());
                let why = format!("the asker waits for `{takes}`, not for `{given}`");
                Err(Error::new(ErrorKind::WrongType, why).with_undelivered(message))
            }
        }
    }

    fn answer_body(&self, body: &[u8], sent: BodyType<'_>) -> Result<()> {
        let answer = R::read_body(body, sent);
        self.answer(answer.context("the answer is not what the asker waits for")?)
    }

    fn fail(&self, error: Error) -> Result<()> {
        let refused = match self.end(Err(Unanswered::Failed(error))) {
            Ok(()) => return Ok(()),
            Err(Refused::Ended(refused) | Refused::Abandoned(refused)) => refused,
        };
        match refused {
            Err(Unanswered::Failed(error)) => Err(error),
            _ => Ok(()),
        }
    }

    fn fail_handler(&self, _worker: &Address, error: Error) -> Result<()> {
        self.fail(error)
    }

    fn ends(&self, now: &dyn Fn() -> u64) -> u64 {
        match self.ends.load(Ordering::Relaxed) {
            // The question has just been sent.
            0 => now().saturating_add(self.timeout),
            ends => ends,
        }
    }

    fn timeout(&self) -> Duration {
        match self.timeout {
            u64::MAX => Duration::MAX,
            nanos => Duration::from_nanos(nanos),
        }
    }

    fn has_ended(&self) -> bool {
        self.slot.has_ended()
    }

    fn ends_unless_over(&self, now: &dyn Fn() -> u64) -> Option<u64> {
        // Most askers wait, and have said until when. Then nobody looks at the clock.
        match self.ends.load(Ordering::Relaxed) {
            ends if ends != 0 && !self.slot.has_ended() => Some(ends),
            _ => self.look_whether_over(now),
        }
    }

    fn is_abandoned(&self) -> bool {
        self.slot.has_ended() && self.slot.is_abandoned()
    }

    fn set_answered(&self) {}

    fn begin_parts(&self, upstream: Arc<dyn Upstream>) -> Result<Arc<dyn PartSink>> {
        let made = R::from_parts(Box::new(upstream));
        let made = made.and_then(|(answer, parts)| Some((answer, *parts.downcast().ok()?)));
        let Some((answer, parts)) = made else {
            let why = format!(
                "the asker waits for one `{}`, not for parts",
                type_name::<R>()
            );
            return Err(Error::new(ErrorKind::WrongType, why));
        };
        self.answer(answer).map(|()| parts)
    }

    /// The asker of this node drops its end of the ask.
    fn cancel(&self, _is_over: bool) {}

    fn watch(&self, id: &mut Option<WatchId>, task: Waker) -> bool {
        self.rare().watchers.register(id, task);
        !self.slot.has_ended_in_order()
    }

    fn asking_worker(&self) -> u64 {
        self.worker
    }

    fn note_passed_on(&self, by: i32) {
        self.passed_on.fetch_add(by, Ordering::SeqCst);
    }

    fn is_with_handler(&self) -> bool {
        // The context of the handler has a right to answer, and the message, if the handler keeps that.
        self.slot.is_open_for(2) && self.passed_on.load(Ordering::SeqCst) >= 0
    }

    fn unwatch(&self, id: WatchId) {
        if let Some(rare) = self.rare.get() {
            rare.watchers.remove(id);
        }
    }

    fn hold(&self, holder: Weak<dyn Holder>) -> bool {
        self.rare().watchers.add_holder(holder);
        !self.slot.has_ended_in_order()
    }
}
