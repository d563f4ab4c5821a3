//! What a handler can know of whoever asked.

use std::any::type_name;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;

use ockam_core::headers::Headers;
use ockam_core::reply::{ReplyTo, WatchId};
use ockam_core::{Error, ErrorKind, Message, Route};

use super::Context;
use crate::log;
use crate::panics::drop_caught;
use crate::time::clock::{self, NEVER, Nanos};
use crate::time::{Deadline, NodeRuntime};

impl Context {
    /// Returns how long the asker of the current question will still wait.
    ///
    /// This is known over any number of workers and nodes of this framework that the question came by. It may be
    /// too long by a sixty-fourth of the time of the ask, since deadlines may pass late by that much, and by the
    /// time that the question took between nodes. What a handler asks
    /// meanwhile, by its context, a sender, a handle or a client, waits no longer than this.
    ///
    /// Returns `None` for a message that was not asked, or by a node of upstream Ockam, and if the asker waits
    /// without limit.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    ///
    /// struct Searcher;
    ///
    /// impl Worker for Searcher {
    ///     type Message = String;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, _msg: String) -> Result<()> {
    ///         let is_hurried = ctx.time_left().is_some_and(|left| left < Duration::from_secs(1));
    ///         ctx.reply(if is_hurried { 10_u64 } else { 1_000 }).await
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("searcher", Searcher).await?;
    /// let word = "ockam".to_string();
    /// let asked = ctx.ask_timeout::<u64>("searcher", word, Duration::from_millis(500));
    /// assert_eq!(asked.await?, 10);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn time_left(&self) -> Option<Duration> {
        self.asker().and_then(time_left)
    }

    /// Waits until nobody waits for the answer to the current question any more.
    ///
    /// The asker has dropped the ask, its time is over, its worker or its node has ended, on this node or behind
    /// others, or the question has been answered. What the handler does is not touched: whoever wants to stop it
    /// selects between the work and this. For a message that was not asked, this waits forever.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, nothing is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    ///
    /// struct Searcher;
    ///
    /// impl Worker for Searcher {
    ///     type Message = String;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
    ///         tokio::select! {
    ///             found = search(msg) => ctx.reply(found).await,
    ///             () = ctx.cancelled() => Ok(()),
    ///         }
    ///     }
    /// }
    ///
    /// async fn search(_word: String) -> u64 {
    /// #   if true { return std::future::pending().await }
    ///     // …
    /// #   7
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("searcher", Searcher).await?;
    /// let word = "ockam".to_string();
    /// let asked = ctx.ask_timeout::<u64>("searcher", word, Duration::from_millis(5));
    /// assert!(asked.await.is_err());
    /// // The handler has ended, or is about to, so the worker stops at once.
    /// ctx.stop_worker("searcher").await?;
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn cancelled(&self) {
        match self.asker() {
            Some(asker) => ended(&self.node().runtime, asker).await,
            None => pending().await,
        }
    }

    /// Lets go of the next message, a question whose time is over.
    #[cold]
    pub(super) fn let_go<M: Message>(&mut self) {
        let question = self.take_next::<M>();
        let (node, address) = (self.node(), self.address());
        let why = "a question was not begun: its time was over";
        let takes = || type_name::<M>().to_owned();
        node.dead_letters.add(Some(address), 1, why, takes);
        log::warn(address, format_args!("{why}"));
        if let Some(asker) = self.asker() {
            // Returns the error if the asker has gone. One on another node may not have said so.
            let _ = asker.fail(Error::new(ErrorKind::TimedOut, why));
        }
        // If the `Drop` of the message panics, the worker lives.
        let _ = drop_caught(question);
    }
}

/// Returns when the asker who is answered along a return route stops waiting, as [`end_of_question`] does for a
/// message without extended headers.
#[inline(always)]
pub(super) fn end_of_ask(return_route: &Route) -> Option<Nanos> {
    let asker = return_route.as_reply().or_else(|| return_route.reply_to());
    asker.map_or(Some(NEVER), |asker| {
        asker.ends_unless_over(&clock::now_nanos)
    })
}

/// Returns when the asker of a message with these headers and this return route stops waiting, or [`NEVER`] if
/// nobody has asked. Returns `None` if that time is over.
pub(super) fn end_of_question(headers: &Headers, own_return_route: &Route) -> Option<Nanos> {
    if let Some(asker) = headers.return_route(own_return_route).reply_to() {
        return asker.ends_unless_over(&clock::now_nanos);
    }
    let onward = headers.onward().reply_to();
    Some(onward.map_or(NEVER, |asker| asker.ends(&clock::now_nanos)))
}

pub(super) fn time_left(asker: &ReplyTo) -> Option<Duration> {
    match asker.ends(&clock::now_nanos) {
        NEVER => None,
        ends => {
            let left = Duration::from_nanos(ends.saturating_sub(clock::now_nanos()));
            // The deadline may pass a little late.
            Some(left.min(asker.timeout()))
        }
    }
}

/// Waits until an ask has ended or its time is over.
pub(super) async fn ended(runtime: &NodeRuntime, asker: &ReplyTo) {
    let left = time_left(asker).unwrap_or(Duration::MAX);
    let mut ended = EndOfAsk { asker, id: None };
    let ended = poll_fn(|cx| Pin::new(&mut ended).poll(cx));
    // An asker that is not polled does not say that its time is over, and a node of an older version never
    // does.
    let _ = Deadline::new(runtime, left, None).limit(ended).await;
}

/// A wait for the end of an ask.
struct EndOfAsk<'a> {
    asker: &'a ReplyTo,
    id: Option<WatchId>,
}

impl Future for EndOfAsk<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let this = &mut *self;
        this.asker.poll_ended(&mut this.id, cx)
    }
}

impl Drop for EndOfAsk<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.asker.unwatch(id);
        }
    }
}
