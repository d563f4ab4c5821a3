//! The place where an ask waits for its answer.
//!
//! ```text
//!   ask ── slot() ──┬── Answer    the future of the asker
//!                   └── Replier   the right to answer; travels in the return route
//! ```
//!
//! One allocation serves both. The slot stands in no registry: the [`Address`](crate::Address) at
//! the end of the return route *is* the right to answer, and gets a name only when somebody prints
//! or serialises it. When the last clone of the right is dropped, the asker knows at once that no
//! answer can come.

mod name;
mod remote;

use std::any::{self, type_name};
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::any::Any;
use crate::error::{Error, ErrorContext, ErrorKind, Result};
use crate::message::Message;

use name::random_name;
pub use remote::RemoteAsker;

/// Creates the two ends of an answer, for somebody who waits for so long.
///
/// # Examples
///
/// ```
/// use std::future::Future;
/// use std::pin::pin;
/// use std::task::{Context, Poll, Waker};
///
/// # use std::time::Duration;
/// use ockam_core::reply;
///
/// let (replier, answer) = reply::slot::<u64>(Duration::MAX);
/// replier.answer(7_u64)?;
///
/// let mut cx = Context::from_waker(Waker::noop());
/// assert!(matches!(pin!(answer).poll(&mut cx), Poll::Ready(Ok(7))));
/// # Ok::<(), ockam_core::Error>(())
/// ```
pub fn slot<R: Message>(timeout: Duration) -> (Replier, Answer<R>) {
    slot_waking(timeout, None)
}

/// As [`slot`], for a task that is woken by the answer even if it has not polled for it.
#[doc(hidden)]
#[inline]
pub fn slot_waking<R: Message>(timeout: Duration, task: Option<Waker>) -> (Replier, Answer<R>) {
    let slot = Arc::new(Slot {
        rights: AtomicUsize::new(1),
        timeout,
        has_ended: AtomicBool::new(false),
        name: OnceLock::new(),
        state: Mutex::new(State::Waiting(task)),
    });
    (Replier(slot.clone()), Answer(Some(slot)))
}

/// The right to answer an ask, once.
///
/// # Examples
///
/// ```
/// # use std::time::Duration;
/// use ockam_core::reply;
///
/// let (replier, answer) = reply::slot::<u64>(Duration::MAX);
/// drop(answer);
/// assert!(replier.answer(7_u64).is_err()); // nobody waits any more
/// ```
pub struct Replier(Arc<dyn ReplySlot>);

/// The answer to an ask, in the future.
///
/// Dropping it gives up waiting: an answer that comes later is refused.
///
/// # Examples
///
/// ```
/// # use std::future::Future;
/// # use std::pin::pin;
/// # use std::task::{Context, Poll, Waker};
/// # use std::time::Duration;
/// use ockam_core::reply;
///
/// let (replier, answer) = reply::slot::<u64>(Duration::MAX);
/// # let mut cx = Context::from_waker(Waker::noop());
/// let mut answer = pin!(answer);
/// assert!(answer.as_mut().poll(&mut cx).is_pending());
/// replier.answer(7_u64)?;
/// assert!(matches!(answer.poll(&mut cx), Poll::Ready(Ok(7))));
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[must_use = "an answer is waited for with `.await`"]
pub struct Answer<R>(Option<Arc<Slot<R>>>);

/// Why an ask got no answer.
///
/// # Examples
///
/// ```
/// # use std::time::Duration;
/// # use std::future::Future;
/// # use std::pin::pin;
/// # use std::task::{Context, Poll, Waker};
/// use ockam_core::reply::{self, Unanswered};
///
/// let (replier, answer) = reply::slot::<u64>(Duration::MAX);
/// drop(replier);
///
/// # let mut cx = Context::from_waker(Waker::noop());
/// let answer = pin!(answer).poll(&mut cx);
/// assert!(matches!(answer, Poll::Ready(Err(Unanswered::Dropped))));
/// ```
#[derive(Debug)]
pub enum Unanswered {
    /// The right to answer was dropped.
    Dropped,
    /// The handler failed, or the answer could not be delivered.
    Failed(Error),
}

impl Replier {
    /// Creates the right to answer somebody on another node.
    #[doc(hidden)]
    pub fn remote(asker: impl RemoteAsker) -> Self {
        Self(Arc::new(remote::RemoteSlot::new(asker)))
    }

    /// Answers.
    ///
    /// # Errors
    ///
    /// Gives `message` back in an error of the kind `WrongType` if the asker waits for another type,
    /// `Stopped` if it waits no longer, and `NoRoute` if it has its answer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// use ockam_core::{reply, ErrorKind};
    ///
    /// let (replier, _answer) = reply::slot::<u64>(Duration::MAX);
    /// let mut error = replier.answer("seven".to_string()).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::WrongType);
    /// assert_eq!(error.take::<String>().as_deref(), Some("seven"));
    ///
    /// replier.answer(7_u64)?;
    /// assert_eq!(replier.answer(8_u64).unwrap_err().kind(), ErrorKind::NoRoute);
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn answer<M: Message>(&self, message: M) -> Result<()> {
        match (&*self.0 as &dyn any::Any).downcast_ref::<Slot<M>>() {
            Some(slot) => slot.answer(message),
            None => self.0.answer_any(Any::new(message)),
        }
    }

    /// Answers with the bytes of a message from another node.
    ///
    /// # Errors
    ///
    /// As those of [`answer`](Self::answer), without the message.
    #[doc(hidden)]
    pub fn answer_body(&self, body: &[u8], type_name: Option<&str>) -> Result<()> {
        self.0.answer_body(body, type_name)
    }

    /// Ends the ask with an error, unless it has ended. Gives the error back if so.
    ///
    /// # Errors
    ///
    /// The error that it was given.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// use ockam_core::{reply, Error, ErrorKind};
    ///
    /// let (replier, _answer) = reply::slot::<u64>(Duration::MAX);
    /// replier.fail(Error::new(ErrorKind::Denied, "only members may ask"))?;
    /// assert!(replier.answer(7_u64).is_err()); // the ask has ended
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn fail(&self, error: Error) -> Result<()> {
        self.0.fail(error)
    }

    /// Returns how long the asker will still wait, as far as is known.
    #[doc(hidden)]
    pub fn remaining(&self) -> Duration {
        self.0.remaining()
    }

    /// Tells whether the ask has ended: no answer is waited for.
    #[doc(hidden)]
    pub fn has_ended(&self) -> bool {
        self.0.has_ended()
    }

    /// Notes that the answer has gone another way.
    #[doc(hidden)]
    pub fn settle(&self) {
        self.0.settle();
    }

    pub(crate) fn name(&self) -> &[u8] {
        self.0.name()
    }
}

impl Clone for Replier {
    fn clone(&self) -> Self {
        self.0.rights().fetch_add(1, Ordering::Relaxed);
        Self(self.0.clone())
    }
}

impl Drop for Replier {
    // Out of line, so that the drop of an address is small where there is nothing to do.
    #[inline(never)]
    fn drop(&mut self) {
        self.0.give_up();
    }
}

impl fmt::Debug for Replier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replier").finish_non_exhaustive()
    }
}

struct Slot<R> {
    rights: AtomicUsize,
    /// Set before the state leaves `Waiting`, for those who needn't look at it then.
    has_ended: AtomicBool,
    /// How long the asker waits at most, from the start.
    timeout: Duration,
    name: OnceLock<String>,
    state: Mutex<State<R>>,
}

enum State<R> {
    Waiting(Option<Waker>),
    Ended(Result<R, Unanswered>),
    /// The asker has taken the answer, or waits no longer.
    Over {
        answered: bool,
    },
}

impl<R> Slot<R> {
    /// No code of a user runs under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the ask, or gives `end` back with the reason why it has ended already.
    fn end(&self, end: Result<R, Unanswered>) -> Result<(), (Result<R, Unanswered>, ErrorKind)> {
        let mut state = self.lock();
        match &mut *state {
            State::Waiting(waker) => {
                let waker = waker.take();
                *state = State::Ended(end);
                self.has_ended.store(true, Ordering::Release);
                drop(state);
                if let Some(waker) = waker {
                    waker.wake();
                }
                Ok(())
            }
            State::Ended(_) | State::Over { answered: true } => Err((end, ErrorKind::NoRoute)),
            State::Over { answered: false } => Err((end, ErrorKind::Stopped)),
        }
    }
}

impl<R> Slot<R> {
    /// Leaves a waker, unless the ask ends at this moment.
    fn waits_with(&self, waker: &Waker) -> bool {
        // A waker is a user's code: it is cloned before the lock and dropped behind it.
        let mut waker = Some(waker.clone());
        let mut state = self.lock();
        let waits = matches!(&*state, State::Waiting(_));
        if let State::Waiting(place) = &mut *state {
            mem::swap(place, &mut waker);
        }
        drop(state);
        waits
    }

    /// Takes out how the ask has ended. Who answered has mostly let go of the slot by now, which spares a
    /// lock.
    fn into_end(self: Arc<Self>) -> State<R> {
        match Arc::try_unwrap(self) {
            Ok(slot) => slot
                .state
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner),
            Err(slot) => mem::replace(&mut *slot.lock(), State::Over { answered: true }),
        }
    }
}

impl<R: Message> Slot<R> {
    fn answer(&self, message: R) -> Result<()> {
        let Err((Ok(message), kind)) = self.end(Ok(message)) else {
            return Ok(());
        };
        let why = match kind {
            ErrorKind::Stopped => "the asker has stopped waiting for an answer",
            _ => "the question has been answered already",
        };
        Err(Error::new(kind, why).with_undelivered(message))
    }
}

/// Takes away one of the rights to answer, and tells whether it was the last one.
fn is_last(rights: &AtomicUsize) -> bool {
    // Release and Acquire: the last one sees what the others did with the slot.
    rights.fetch_sub(1, Ordering::AcqRel) == 1
}

/// A slot, whatever the type of its answer.
trait ReplySlot: any::Any + Send + Sync {
    fn rights(&self) -> &AtomicUsize;
    fn name(&self) -> &[u8];
    fn answer_any(&self, message: Any) -> Result<()>;
    fn answer_body(&self, body: &[u8], type_name: Option<&str>) -> Result<()>;
    fn fail(&self, error: Error) -> Result<()>;
    /// Gives up one right to answer. With the last one, the ask ends.
    fn give_up(&self);
    fn remaining(&self) -> Duration;
    fn has_ended(&self) -> bool;
    fn settle(&self);
}

impl<R: Message> ReplySlot for Slot<R> {
    fn rights(&self) -> &AtomicUsize {
        &self.rights
    }

    fn name(&self) -> &[u8] {
        self.name.get_or_init(random_name).as_bytes()
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

    fn answer_body(&self, body: &[u8], type_name: Option<&str>) -> Result<()> {
        let answer = R::read_body(body, type_name);
        self.answer(answer.context("the answer is not what the asker waits for")?)
    }

    fn fail(&self, error: Error) -> Result<()> {
        match self.end(Err(Unanswered::Failed(error))) {
            Err((Err(Unanswered::Failed(error)), _)) => Err(error),
            _ => Ok(()),
        }
    }

    fn give_up(&self) {
        // What has ended stays so, however many could have answered.
        if !self.has_ended.load(Ordering::Acquire) && is_last(&self.rights) {
            // Refused if the ask ends at this moment.
            let _ = self.end(Err(Unanswered::Dropped));
        }
    }

    fn remaining(&self) -> Duration {
        self.timeout
    }

    fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Acquire)
    }

    fn settle(&self) {}
}

impl<R> Future for Answer<R> {
    type Output = Result<R, Unanswered>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let place = &mut self.get_mut().0;
        let waits = |slot: &Arc<Slot<R>>| {
            !slot.has_ended.load(Ordering::Acquire) && slot.waits_with(cx.waker())
        };
        if place.as_ref().is_some_and(waits) {
            return Poll::Pending;
        }
        // What has ended needs no further look.
        match place
            .take()
            .map_or(State::Over { answered: true }, Slot::into_end)
        {
            State::Ended(end) => Poll::Ready(end),
            State::Waiting(_) | State::Over { .. } => Poll::Ready(Err(Unanswered::Dropped)),
        }
    }
}

impl<R> Drop for Answer<R> {
    fn drop(&mut self) {
        let Some(slot) = &self.0 else {
            return;
        };
        let mut state = slot.lock();
        let last = mem::replace(&mut *state, State::Over { answered: false });
        slot.has_ended.store(true, Ordering::Release);
        drop(state);
        drop(last);
    }
}
