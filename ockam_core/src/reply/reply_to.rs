use std::any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use ockam_body::BodyType;

use super::ask::Ask;
use super::local::LocalAsk;
use super::remote::{RemoteAsk, RemoteAsker};
use super::watchers::{Holder, WatchId};
use super::weak::WeakReplyTo;
use crate::address::Address;
use crate::any::Any;
use crate::error::{Error, Result};
use crate::message::Message;
use crate::parts::{PartSink, Upstream};

/// The right to answer an ask, once.
///
/// It is not an address: it is in no registry and can't be guessed. A [`Route`](crate::Route) may end
/// with it. When its last clone is dropped, the asker learns that no answer can come.
///
/// # Examples
///
/// ```
/// # use std::time::Duration;
/// use ockam_core::reply;
///
/// let (reply_to, answer) = reply::slot::<u64>(Duration::MAX);
/// drop(answer);
/// assert!(reply_to.answer(7_u64).is_err()); // nobody waits any more
/// ```
pub struct ReplyTo(Arc<dyn Ask>);

impl ReplyTo {
    pub(super) fn new(ask: Arc<dyn Ask>) -> Self {
        Self(ask)
    }

    /// Creates the right to answer an asker on another node.
    #[doc(hidden)]
    pub fn remote(asker: impl RemoteAsker) -> Self {
        Self(Arc::new(RemoteAsk::new(asker)))
    }

    /// Completes the ask with an answer.
    ///
    /// # Errors
    ///
    /// Returns `WrongType` if the asker waits for another type, `Stopped` if it has stopped waiting,
    /// and `NoRoute` if it has an answer already. The error holds `message`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// use ockam_core::{reply, ErrorKind};
    ///
    /// let (reply_to, _answer) = reply::slot::<u64>(Duration::MAX);
    /// let mut error = reply_to.answer("seven".to_string()).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::WrongType);
    /// assert_eq!(error.take::<String>().as_deref(), Some("seven"));
    ///
    /// reply_to.answer(7_u64)?;
    /// assert_eq!(reply_to.answer(8_u64).unwrap_err().kind(), ErrorKind::NoRoute);
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn answer<M: Message>(&self, message: M) -> Result<()> {
        match (&*self.0 as &dyn any::Any).downcast_ref::<LocalAsk<M>>() {
            Some(ask) => ask.answer(message),
            None => self.0.answer_any(Any::new(message)),
        }
    }

    /// Completes the ask with an answer from another node.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`answer`](Self::answer), without the message.
    #[doc(hidden)]
    pub fn answer_body(&self, body: &[u8], sent: BodyType<'_>) -> Result<()> {
        self.0.answer_body(body, sent)
    }

    /// Completes the ask with an answer whose parts come from another node. Returns where they go.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`answer`](Self::answer).
    #[doc(hidden)]
    pub fn begin_parts(&self, upstream: Arc<dyn Upstream>) -> Result<Arc<dyn PartSink>> {
        self.0.begin_parts(upstream)
    }

    /// Ends the ask with an error.
    ///
    /// # Errors
    ///
    /// Returns the error if the ask has ended already.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// use ockam_core::{reply, Error, ErrorKind};
    ///
    /// let (reply_to, _answer) = reply::slot::<u64>(Duration::MAX);
    /// reply_to.fail(Error::new(ErrorKind::Denied, "only members may ask"))?;
    /// assert!(reply_to.answer(7_u64).is_err()); // the ask has ended
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn fail(&self, error: Error) -> Result<()> {
        self.0.fail(error)
    }

    /// Ends the ask, as [`fail`](Self::fail) does, because the handler of a worker has returned an error.
    ///
    /// # Errors
    ///
    /// Returns the error if the ask has ended already.
    #[doc(hidden)]
    pub fn fail_handler(&self, worker: &Address, error: Error) -> Result<()> {
        self.0.fail_handler(worker, error)
    }

    /// Returns when the asker stops waiting, as far as this node knows: on its clock, which shows `now` if it
    /// is looked at. The largest number stands for never.
    #[doc(hidden)]
    pub fn ends(&self, now: &dyn Fn() -> u64) -> u64 {
        self.0.ends(now)
    }

    /// Returns the longest time that the asker waits, from the start of the ask, if it is on this node.
    #[doc(hidden)]
    pub fn timeout(&self) -> Duration {
        self.0.timeout()
    }

    /// Polls for the end of the ask: it has been answered, or nobody waits any more. `id` tells the waits for
    /// it apart, and is given to [`unwatch`](Self::unwatch) by one that is dropped.
    #[doc(hidden)]
    pub fn poll_ended(&self, id: &mut Option<WatchId>, cx: &mut Context<'_>) -> Poll<()> {
        match self.0.has_ended() || !self.0.watch(id, cx.waker().clone()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    /// Ends a wait for the [end](Self::poll_ended) of the ask.
    #[doc(hidden)]
    pub fn unwatch(&self, id: WatchId) {
        self.0.unwatch(id);
    }

    /// Notes a link that has taken the question, and is to hear when the asker stops waiting. Returns `false`
    /// if the ask has ended already.
    #[doc(hidden)]
    pub fn hold(&self, holder: Weak<dyn Holder>) -> bool {
        self.0.hold(holder)
    }

    /// Returns the number of the worker whose handler asks, or 0 if none does.
    #[doc(hidden)]
    pub fn asking_worker(&self) -> u64 {
        self.0.asking_worker()
    }

    /// Notes that the question goes to another mailbox.
    #[doc(hidden)]
    pub fn note_passed_on(&self) {
        self.0.note_passed_on(1);
    }

    /// Notes that the handler of the question leaves it unanswered, if that is so: somebody else answers later.
    #[doc(hidden)]
    #[inline]
    pub fn note_handled(&self) {
        if !self.has_ended() {
            self.0.note_passed_on(-1);
        }
    }

    /// Returns a reference that gives no right to answer.
    #[doc(hidden)]
    pub fn downgrade(&self) -> WeakReplyTo {
        WeakReplyTo(Arc::downgrade(&self.0))
    }

    /// Returns `true` if the ask has ended.
    #[doc(hidden)]
    pub fn has_ended(&self) -> bool {
        self.0.has_ended()
    }

    /// Returns when the asker stops waiting, as [`ends`](Self::ends) does, or `None` if its time is over and there
    /// was no answer. An asker on this node that has not noticed yet still waits.
    #[doc(hidden)]
    #[inline]
    pub fn ends_unless_over(&self, now: &dyn Fn() -> u64) -> Option<u64> {
        self.0.ends_unless_over(now)
    }

    /// Returns `true` if the asker is known to have stopped waiting without an answer.
    #[doc(hidden)]
    pub fn is_abandoned(&self) -> bool {
        self.0.is_abandoned()
    }

    /// Marks the ask as answered: a transport has sent the answer to the node of the asker.
    #[doc(hidden)]
    pub fn set_answered(&self) {
        self.0.set_answered();
    }

    /// Returns the address that stands for the asker: 128 random bits as 32 hexadecimal digits. It
    /// tells askers apart, and names the asker on other nodes. On this node, it leads nowhere.
    #[doc(hidden)]
    pub fn address(&self) -> &Address {
        self.0.address()
    }

    /// Returns `true` if this answers the ask that `reference` refers to.
    #[doc(hidden)]
    pub fn is(&self, reference: &WeakReplyTo) -> bool {
        self.identity() == reference.0.as_ptr().cast()
    }

    fn identity(&self) -> *const () {
        Arc::as_ptr(&self.0).cast()
    }
}

impl Clone for ReplyTo {
    fn clone(&self) -> Self {
        self.0.add_right();
        Self(self.0.clone())
    }
}

impl Drop for ReplyTo {
    // It is not inlined, so that dropping a route takes little code where there is nothing to do.
    #[inline(never)]
    fn drop(&mut self) {
        self.0.drop_right();
    }
}

impl PartialEq for ReplyTo {
    /// Returns `true` if both answer the same ask.
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for ReplyTo {}

impl Hash for ReplyTo {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl fmt::Debug for ReplyTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyTo").finish_non_exhaustive()
    }
}
