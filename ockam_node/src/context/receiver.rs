use std::any::Any as StdAny;
use std::fmt::Write as _;
use std::sync::Arc;
use std::task::{Context, Poll};

use ockam_core::headers::{Headers, Withdrawal};
use ockam_core::{Any, Error, ErrorKind, Message, Routed};

use crate::delivery::Endpoint;
use crate::log::{self, Trouble};
use crate::mailbox::{Receiver, Signal};
use crate::panics::drop_caught;

/// The receiving end of an endpoint.
pub(crate) struct EndpointReceiver<M> {
    pub(super) endpoint: Arc<Endpoint<M>>,
    pub(super) receiver: Receiver<Routed<M>>,
}

/// A receiving end with the type of its messages erased.
pub(crate) trait AnyReceiver: StdAny + Send {
    /// Lists the types of the queued messages.
    fn queued_types(&self) -> String;

    /// Closes the mailbox and takes the messages that are left. Returns how many of them were not withdrawn.
    fn drain(&mut self) -> usize;

    /// Logs the failed deliveries that the worker has not handled. Returns their number.
    fn discard_signals(&self) -> u64;

    /// Drops the messages that are left, and tells their askers that nobody handles them. What a crash
    /// loses is meant to be lost.
    fn discard(&mut self, is_crash: bool);
}

impl<M: Message> EndpointReceiver<M> {
    pub(crate) fn new(endpoint: Arc<Endpoint<M>>) -> Self {
        Self {
            endpoint,
            receiver: Receiver::new(),
        }
    }

    /// Returns the number of messages whose handling has begun.
    pub(crate) fn begun(&self) -> usize {
        self.receiver.begun()
    }

    /// Takes the first message at position `from` or behind it that `wanted` accepts, and moves `from`
    /// on. The others stay queued in order.
    pub(crate) fn poll_matching(
        &mut self,
        from: &mut usize,
        mut wanted: impl FnMut(&M) -> bool,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Routed<M>>> {
        loop {
            let mut fresh = self.receiver.batch().iter().skip(*from);
            let position =
                fresh.position(|message| is_withdrawn(message) || wanted(message.body()));
            if let Some(position) = position {
                *from += position;
                let message = self.receiver.remove(&self.endpoint.mailbox, *from);
                match message.and_then(begun) {
                    Some(message) => {
                        // From here on, it is its receiver's.
                        Headers::of(&message).handled();
                        return Poll::Ready(Some(message));
                    }
                    None => continue,
                }
            }
            *from = self.receiver.batch().len();
            match self.receiver.poll_fill(&self.endpoint.mailbox, cx) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl<M: Message> EndpointReceiver<M> {
    /// Discards the first message of the batch, if its sender has withdrawn it. Otherwise the message can't
    /// be withdrawn any more.
    #[cold]
    pub(crate) fn discard_withdrawn(&mut self) -> bool {
        let first = self.receiver.front_mut();
        if first.is_none_or(begin) {
            return false;
        }
        let withdrawn = self.receiver.pop(&self.endpoint.mailbox);
        // A panic of its `Drop` is no panic of the worker, which never got the message.
        let _ = drop_caught(withdrawn);
        true
    }
}

fn is_withdrawn<M>(message: &Routed<M>) -> bool {
    let withdrawal = Headers::of(message).withdrawal();
    withdrawal.is_some_and(Withdrawal::is_withdrawn)
}

/// Begins a message. Returns `false` if its sender has withdrawn it. The message that is handled has no mark
/// of its sender any more: it may be forwarded.
fn begin<M>(message: &mut Routed<M>) -> bool {
    let headers = Headers::of_mut(message);
    let Some(withdrawal) = headers.withdrawal() else {
        return true;
    };
    let begins = withdrawal.begin();
    headers.extend(|extended| extended.withdrawal = None);
    begins
}

/// Begins a message that was taken, and drops it if its sender has withdrawn it.
fn begun<M>(mut message: Routed<M>) -> Option<Routed<M>> {
    if begin(&mut message) {
        return Some(message);
    }
    let _ = drop_caught(message);
    None
}

impl dyn AnyReceiver {
    /// Returns the receiver of messages of type `M`, if it is one.
    #[inline(always)]
    pub(crate) fn downcast_mut<M: Message>(&mut self) -> Option<&mut EndpointReceiver<M>> {
        (self as &mut dyn StdAny).downcast_mut()
    }
}

impl<M: Message> AnyReceiver for EndpointReceiver<M> {
    fn queued_types(&self) -> String {
        let queued = self.receiver.batch().iter();
        counted(&mut queued.map(|message| Any::type_name_of(message.body())))
    }

    fn drain(&mut self) -> usize {
        let all = self.receiver.drain(&self.endpoint.mailbox);
        let batch = self.receiver.batch();
        all - batch.iter().filter(|it| is_withdrawn(it)).count()
    }

    fn discard_signals(&self) -> u64 {
        let address = self.endpoint.registration.address();
        let mut untold = 0;
        for (signal, times) in self.endpoint.signals.close() {
            if let Signal::Undelivered(failure) = signal {
                let why = format_args!("messages that were not delivered: {times}: {failure:#}");
                log::warn(address, why);
                log::untold(Trouble::Unhandled, address, why);
                untold += times;
            }
        }
        untold
    }

    fn discard(&mut self, is_crash: bool) {
        let batch = self.receiver.take_batch();
        if batch.is_empty() {
            return;
        }
        let address = self.endpoint.registration.address();
        let is_recorded = !is_crash && log::current_record().is_some();
        let mut untold = Vec::new();
        for message in batch {
            match message.return_route().reply_to() {
                Some(asker) => {
                    let why = format!("{address} has stopped before it came to the question");
                    // This fails only if the asker has given up.
                    let _ = asker.fail(Error::new(ErrorKind::Stopped, why));
                }
                None if is_recorded && !is_withdrawn(&message) => {
                    untold.push(Any::type_name_of(message.body()).to_owned());
                }
                None => {}
            }
            // If the `Drop` of one message panics, the others are still dropped.
            let _ = drop_caught(message);
        }
        if !untold.is_empty() {
            let types = counted(&mut untold.iter().map(String::as_str));
            let why = format_args!("has stopped with messages that nobody handled: {types}");
            log::untold(Trouble::Unhandled, address, why);
        }
    }
}

/// Counts how often each name occurs.
fn counted(names: &mut dyn Iterator<Item = &str>) -> String {
    let mut counts = Vec::<(&str, usize)>::new();
    for name in names {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let mut text = String::new();
    for (name, count) in counts {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a `String` can't fail.
        let _ = write!(text, "{comma}{count} × {name}");
    }
    text
}
