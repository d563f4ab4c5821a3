use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use ockam_core::reply::ReplyTo;
use ockam_core::{CanAnswer, Message, Result, Route, Routed};

use super::handle::GroupHandle;
use crate::context::{Asking, Outbox, Recipient};
use crate::delivery::{Destination, MailboxEntry, Waiting};
use crate::log;
use crate::mailbox::Wakeup;
use crate::node::Question;
use crate::send_error::SendError;
use crate::streaming::Streaming;
use crate::task::consume_budget;

impl<M: Message> GroupHandle<M> {
    /// Sends a message, and returns when it is in the mailbox of the member that it is for, or of all of them.
    ///
    /// # Errors
    ///
    /// Returns `NoRoute` if there are no members, `Stopped`, `TimedOut` if there is no room until the deadline of a
    /// send, `MailboxFull` if the group doesn't wait for room, and `Panicked` if the key or the `Clone` of the message
    /// panics. [`Error::take`](ockam_core::Error::take) returns the message.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the message was not sent.
    ///
    /// # Examples
    ///
    /// See [`skipped`](Self::skipped).
    pub async fn send(&self, msg: M) -> Result<()> {
        #[cfg(feature = "test-util")]
        crate::task::preempted().await;
        log::event::<M>(|what| format!("a handle -> {}: {what}", self.address()));
        let Err(refused) = self.push(self.outbox.answered_along(Route::new(), msg)) else {
            return Ok(());
        };
        // Boxed, so that the future of a send that doesn't wait is small.
        Box::pin(async move {
            match self.waiting(refused) {
                Ok(waiting) => {
                    let timeout = self.outbox.node.settings.send_timeout;
                    waiting.send(&mut self.outbox.deadline(timeout)).await
                }
                Err(error) => {
                    consume_budget().await;
                    Err(error)
                }
            }
        })
        .await
    }

    /// Sends a message if there is room at once.
    ///
    /// # Errors
    ///
    /// Returns `MailboxFull`, and the errors of [`send`](Self::send). [`Error::take`](ockam_core::Error::take)
    /// returns the message.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// # use ockam_node::{Delivery, Group};
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let news = Group::new("news", Delivery::all()).start(&ctx).await?;
    /// let refused = news.try_send("rain".to_string()).unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::NoRoute); // it has no members
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn try_send(&self, msg: M) -> Result<()> {
        let pushed = self.push(self.outbox.answered_along(Route::new(), msg));
        pushed.map_err(|refused| self.destination().error_of(refused))
    }

    /// Sends a question and waits for the answer, until the deadline of an ask.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`send`](Self::send), those of [`Context::ask`](crate::Context::ask), and `InvalidInput`
    /// if the group delivers to all members.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// See [`Group`](crate::Group).
    pub fn ask<R: CanAnswer>(&self, msg: M) -> impl Future<Output = Result<R>> + Send {
        self.ask_timeout(msg, self.outbox.node.settings.ask_timeout)
    }

    /// Sends a question and waits for the answer, as [`ask`](Self::ask) does, within a time limit.
    ///
    /// # Errors
    ///
    /// See [`ask`](Self::ask).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// See [`Group`](crate::Group).
    pub fn ask_timeout<R: CanAnswer>(
        &self,
        msg: M,
        timeout: Duration,
    ) -> impl Future<Output = Result<R>> + Send {
        Asking::new(&self.outbox, self, msg, timeout)
    }

    /// Sends a question whose answer goes on, as [`Context::ask_stream`](crate::Context::ask_stream) does, to one
    /// member.
    ///
    /// # Errors
    ///
    /// See [`ask`](Self::ask).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the question may still be handled. Its answer is cancelled.
    ///
    /// # Examples
    ///
    /// See [`Streaming`].
    pub fn ask_stream<R: CanAnswer>(
        &self,
        msg: M,
    ) -> impl Future<Output = Result<Streaming<R>>> + Send {
        self.ask(msg)
    }

    fn push(&self, message: Routed<M>) -> Result<(), SendError<Routed<M>>> {
        if let Some(outgoing) = self.outbox.outgoing() {
            if let Err(error) = outgoing.check(self.address()) {
                return Err(SendError::Failed(message, error));
            }
        }
        self.group.push(message).map(Wakeup::wake)
    }

    /// Prepares the wait for room of a message that was refused.
    #[cold]
    fn waiting(&self, refused: SendError<Routed<M>>) -> Result<Waiting<M>> {
        let destination = self.destination();
        match refused {
            SendError::Full(message) => Ok(Waiting::new(destination, Route::new(), message)),
            refused => Err(destination.error_of(refused)),
        }
    }

    fn destination(&self) -> Destination {
        Destination::Mailbox(MailboxEntry {
            endpoint: self.group.clone(),
            headers: None,
        })
    }
}

impl<M: Message> Recipient<M> for &GroupHandle<M> {
    fn name(&self) -> impl Display {
        self.address()
    }

    fn deliver(&self, _: &Outbox, question: Routed<M>) -> Result<(), SendError<Routed<M>>> {
        self.push(question)
    }

    fn wait(&self, _: &Outbox, refused: SendError<Routed<M>>) -> Result<Waiting<M>> {
        self.waiting(refused)
    }

    /// One of the members is asked, and which one isn't known.
    fn question<'q>(&'q self, _: u64, _: &'q ReplyTo) -> Option<Question<'q>> {
        None
    }
}
