//! Messages that are sent later, or again and again.

use std::time::Duration;

use ockam_core::{Message, Route};

use super::Context;
use super::timers::{self, Destined, Timer};

impl Context {
    /// Sends a message once, after a time.
    ///
    /// It is sent at most once and never early, and in the name of this context. If there is no room, it
    /// waits, and can still be cancelled. If it can't be delivered,
    /// [`Worker::undelivered`](ockam_core::Worker::undelivered) is told. It is cancelled when this worker
    /// ends, also if that is restarted.
    ///
    /// # Panics
    ///
    /// Panics if the node runs on a runtime whose timers are not enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.send_after(Duration::from_millis(20), "app", "tea is ready".to_string());
    /// assert_eq!(ctx.receive::<String>().await?, "tea is ready");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn send_after<M: Message>(
        &self,
        after: Duration,
        route: impl Into<Route>,
        msg: M,
    ) -> Timer {
        timers::send_after(self.timers(), self.destined(route.into()), after, msg)
    }

    /// Sends a message again and again, for the first time after `every`.
    ///
    /// The times are `every` apart, counted from the call, whatever is late. A time is left out if the
    /// message before still waits for room, or waits in the mailbox of this context itself: so a worker that
    /// is slow has at most one tick of each timer in its mailbox. Times less than a millisecond apart count
    /// as one millisecond. What [`send_after`](Self::send_after) says about delivery and about the end holds
    /// here as well.
    ///
    /// # Panics
    ///
    /// Panics if the node runs on a runtime whose timers are not enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let ticks = ctx.send_every(Duration::from_millis(10), "app", "tick".to_string());
    /// assert_eq!(ctx.receive::<String>().await?, "tick");
    /// assert_eq!(ctx.receive::<String>().await?, "tick");
    /// assert!(ticks.cancel());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn send_every<M: Message + Clone>(
        &self,
        every: Duration,
        route: impl Into<Route>,
        msg: M,
    ) -> Timer {
        timers::send_every(self.timers(), self.destined(route.into()), every, msg)
    }

    /// Sends a message to this context once, when it has waited for messages for a time without getting one.
    ///
    /// The time begins anew with each message. A handler that runs is not idle, however long it waits.
    /// `main`, or whoever has opened the context, is idle while it waits in a `receive`. What
    /// [`send_after`](Self::send_after) says about delivery and about the end holds here as well.
    ///
    /// # Panics
    ///
    /// Panics if the node runs on a runtime whose timers are not enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    ///
    /// /// Ends when nobody has needed it for a minute.
    /// struct Session;
    ///
    /// impl Worker for Session {
    ///     type Message = String;
    ///     type Context = Context;
    ///
    ///     async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
    ///         ctx.send_when_idle(Duration::from_secs(60), "idle".to_string());
    ///         Ok(())
    ///     }
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
    ///         match &*msg {
    ///             "idle" => ctx.stop_worker(ctx.address()).await,
    ///             _ => ctx.reply(msg).await,
    ///         }
    ///     }
    /// }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// #     let session = ctx.start_worker("session", Session).await?;
    /// #     assert_eq!(session.ask::<String>("hello".to_string()).await?, "hello");
    /// #     ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn send_when_idle<M: Message>(&self, after: Duration, msg: M) -> Timer {
        let route = Route::from(self.address());
        timers::send_when_idle(self.timers(), self.destined(route), after, msg)
    }

    /// Cancels all timers that this context has made. A message of theirs that waits in its own mailbox is
    /// withdrawn. One that is being sent to another mailbox at this moment still arrives.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let timer = ctx.send_after(Duration::from_secs(1), "app", 7_u64);
    /// ctx.cancel_timers();
    /// assert!(!timer.cancel(), "it was cancelled before");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn cancel_timers(&self) {
        if let Some(incarnation) = self.incarnation.get() {
            incarnation.timers.cancel();
        }
    }

    fn timers(&self) -> &timers::Timers {
        self.endpoint.look_closely();
        &self.incarnation.get_or_init(Box::default).timers
    }

    fn destined(&self, route: Route) -> Destined {
        Destined {
            outbox: self.outbox.again(),
            owner: self.endpoint.clone(),
            route,
        }
    }
}
