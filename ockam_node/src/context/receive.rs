use std::future::poll_fn;
use std::task::{self, Poll};
use std::time::Duration;

use ockam_core::{Any, Error, ErrorKind, Message, Result, Route, Routed};

use super::handling::note_idle;
use super::receiver::EndpointReceiver;
use super::{Context, receiver_in};
use crate::delivery::AnyEndpoint;
use crate::delivery::{Registration, Role};
use crate::log;
use crate::task::{consume_budget, current_worker};

/// The time after which a `receive` without a deadline logs that it still waits.
const WARN_AFTER: Duration = Duration::from_secs(10);

impl Context {
    /// Receives the first queued message of type `M`, or waits for one.
    ///
    /// On `app`, and on a context that was [opened](Self::open), messages of other types stay queued in
    /// order and count towards the capacity. In a handler, `M` has to be the type of the worker's
    /// messages. Answers to asks are not received.
    ///
    /// # Errors
    ///
    /// Returns `Stopped` if the node or the worker stops and no such message is queued, and `WrongType`
    /// in a handler of another type.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no message is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.send_message("app", 7_u64).await?;
    /// ctx.send_message("app", "Hello!".to_string()).await?;
    ///
    /// let text = ctx.receive::<String>().await?;
    /// let number = ctx.receive::<u64>().await?;
    /// assert_eq!(format!("{text} {number}"), "Hello! 7");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn receive<M: Message>(&mut self) -> Result<Routed<M>> {
        self.receive_matching(any_of).await
    }

    /// Receives a message, as [`receive`](Self::receive) does, within a time limit.
    ///
    /// # Errors
    ///
    /// Returns `TimedOut`, and the errors of [`receive`](Self::receive).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no message is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// # use std::time::Duration;
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let received = ctx.receive_timeout::<u64>(Duration::from_millis(5)).await;
    /// assert_eq!(received.unwrap_err().kind(), ErrorKind::TimedOut);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn receive_timeout<M: Message>(&mut self, timeout: Duration) -> Result<Routed<M>> {
        let received = self.receive_within(&mut any_of, timeout).await?;
        received.ok_or_else(|| {
            let (address, wanted) = (self.address(), std::any::type_name::<M>());
            let why = format!("{address} received no `{wanted}` within {timeout:?}");
            Error::new(ErrorKind::TimedOut, why)
        })
    }

    /// Receives the first message of type `M` that `wanted` accepts, as [`receive`](Self::receive)
    /// does.
    ///
    /// # Errors
    ///
    /// See [`receive`](Self::receive).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no message is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.send_message("app", 1_u64).await?;
    /// ctx.send_message("app", 2_u64).await?;
    /// assert_eq!(ctx.receive_matching::<u64>(|number| *number > 1).await?, 2);
    /// assert_eq!(ctx.receive::<u64>().await?, 1);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn receive_matching<M: Message>(
        &mut self,
        mut wanted: impl FnMut(&M) -> bool + Send,
    ) -> Result<Routed<M>> {
        #[cfg(feature = "test-util")]
        crate::task::preempted().await;
        let mut timeout = WARN_AFTER;
        loop {
            if let Some(message) = self.receive_within(&mut wanted, timeout).await? {
                return Ok(message);
            }
            self.warn_of_long_wait::<M>();
            timeout = Duration::MAX;
        }
    }

    fn warn_of_long_wait<M: Message>(&mut self) {
        let queued = match self.receiver().queued_types() {
            types if types.is_empty() => "nothing is queued".to_owned(),
            types => format!("queued are {types}"),
        };
        let wanted = std::any::type_name::<M>();
        let why = format_args!("receive::<{wanted}>() has waited for {WARN_AFTER:?}; {queued}");
        log::warn(self.address(), why);
    }

    /// Takes the first message of type `M` that is wanted. Returns `None` when the time is over.
    async fn receive_within<M: Message>(
        &mut self,
        wanted: &mut (impl FnMut(&M) -> bool + Send),
        timeout: Duration,
    ) -> Result<Option<Routed<M>>> {
        let address = self.outbox.address();
        let worker = current_worker();
        // What is received meanwhile may be a question that this handler answers.
        let _waits = (worker != 0).then(|| self.outbox.node.waits.receive(worker));
        let mut deadline = self.outbox.deadline(timeout);
        let receiver = receiver_in(&mut self.receiver);
        let incarnation = &self.incarnation;
        let (mut from, mut last_down) = (0, 0);
        let received = if let Some(own) = receiver.downcast_mut::<M>() {
            let next = poll_fn(|cx| {
                let received = own.poll_matching(&mut from, &mut *wanted, cx);
                if received.is_ready() {
                    return received;
                }
                if own.endpoint.signals.is_stop_pending() {
                    // The worker hears of its stop when this handler is done, so the handler hears it here.
                    return Poll::Ready(None);
                }
                note_idle(incarnation, own.begun());
                Poll::Pending
            });
            deadline.limit(next).await
        } else if let Some(every) = receiver.downcast_mut::<Any>() {
            let endpoint = &*self.endpoint;
            let mut wanted = |any: &Any| any.downcast_ref::<M>().is_some_and(&mut *wanted);
            let next = poll_fn(|cx| {
                if let Some(down) = take_down(endpoint, &mut last_down, &mut wanted) {
                    return Poll::Ready(Some(down));
                }
                let received = poll_any(every, &mut from, &mut wanted, cx);
                if received.is_ready() {
                    return received;
                }
                let is_worker = endpoint.registration().role == Role::Worker;
                if is_worker && every.endpoint.signals.is_stop_pending() {
                    return Poll::Ready(None);
                }
                note_idle(incarnation, every.begun());
                // Whoever tells of an end now wakes this task.
                take_down(endpoint, &mut last_down, &mut wanted)
                    .map_or(Poll::Pending, |down| Poll::Ready(Some(down)))
            });
            let received = deadline.limit(next).await;
            received.map(|message| message.map(|message| message.map(downcast)))
        } else {
            let (takes, wanted) = (self.endpoint.takes(), std::any::type_name::<M>());
            let why = format!("{address} takes `{takes}`: it can't receive a `{wanted}`");
            return Err(Error::new(ErrorKind::WrongType, why));
        };
        match received {
            Some(Some(message)) => Ok(Some(message)),
            Some(None) => {
                Box::pin(consume_budget()).await;
                Err(stopped(self.registration()))
            }
            None => Ok(None),
        }
    }
}

/// Takes the first thing that a monitor tells and that is wanted, and comes behind `last`, which is the last one
/// that was looked at. All messages that came before it have been set aside.
fn take_down(
    endpoint: &dyn AnyEndpoint,
    last: &mut u64,
    wanted: &mut dyn FnMut(&Any) -> bool,
) -> Option<Routed<Any>> {
    if !endpoint.has_signals() {
        return None;
    }
    while let Some((number, down)) = endpoint.down_behind(*last) {
        *last = number;
        let down = Any::new(down);
        if wanted(&down) && endpoint.take_down(number) {
            return Some(Routed::new(down, Route::new()));
        }
    }
    None
}

/// Polls for a message of any type. `wanted` is a `dyn`, so that this is compiled once and not for each
/// type.
fn poll_any(
    receiver: &mut EndpointReceiver<Any>,
    from: &mut usize,
    wanted: &mut dyn FnMut(&Any) -> bool,
    cx: &mut task::Context<'_>,
) -> Poll<Option<Routed<Any>>> {
    receiver.poll_matching(from, wanted, cx)
}

fn any_of<M>(_: &M) -> bool {
    true
}

fn downcast<M: Message>(any: Any) -> M {
    any.downcast()
        .expect("a message is only wanted if it is of this type")
}

fn stopped(receiver: &Registration) -> Error {
    let why = format!(
        "{} has stopped: it receives nothing more",
        receiver.address()
    );
    let error = Error::new(ErrorKind::Stopped, why);
    match receiver.role {
        // Whoever waits for the end of a worker has not received anything itself.
        Role::Worker => error,
        _ => error.at_end_of_receive(),
    }
}
