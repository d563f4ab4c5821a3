use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

use ockam_core::{Addresses, Error, ErrorKind, Message, Result, Route, Routed, Worker};
use tokio::runtime::Handle;

use super::captured::{Captured, Sent, StandIns};
use crate::context::{Context, NodeContext};
use crate::delivery::{Endpoint, Role};
use crate::mailbox::Wakeup;
use crate::node::{Node, Settings};
use crate::time::clock::NEVER;

/// The address that a worker has when it is alone.
const ADDRESS: &str = "alone";
/// The address that answers go to.
const CALLER: &str = "caller of alone";

/// Prepares to call a worker's handler without a node of its own.
///
/// # Examples
///
/// ```
/// use ockam_core::{Result, Worker};
/// use ockam_node::Context;
/// use ockam_node::test::alone;
///
/// struct Doubler;
///
/// impl Worker for Doubler {
///     type Message = u64;
///     type Context = Context;
///
///     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
///         ctx.reply(2 * msg).await
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let mut doubler = alone(Doubler);
/// let sent = doubler.handle(21).await?;
/// assert_eq!(sent.reply::<u64>(), Some(42));
/// # Ok(())
/// # }
/// ```
pub fn alone<W: Worker<Context: NodeContext>>(worker: W) -> Alone<W> {
    Alone {
        worker,
        place: None,
    }
}

/// A worker that is called by hand. [`alone`] creates it.
#[must_use = "a worker that is alone does nothing until `handle` is called"]
pub struct Alone<W: Worker> {
    worker: W,
    /// Where the worker is. It is made for the first message.
    place: Option<Place<W::Message>>,
}

struct Place<M: Message> {
    ctx: Context,
    endpoint: Arc<Endpoint<M>>,
    stand_ins: Arc<StandIns>,
}

impl<W: Worker<Context: NodeContext>> Alone<W> {
    /// Calls the worker's `initialize`, if this is the first message, and then its handler.
    ///
    /// Whatever the worker sends is kept, wherever it goes, and nobody answers its asks: they end with
    /// `NoReply`. Workers that it starts run.
    ///
    /// # Errors
    ///
    /// Returns the error of `initialize` or of the handler, and `InvalidInput` outside of a tokio runtime.
    ///
    /// # Panics
    ///
    /// Panics if the worker does.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the handler is dropped at its `.await`.
    pub async fn handle(&mut self, msg: W::Message) -> Result<Sent> {
        let mut sent = Vec::new();
        let place = match &mut self.place {
            Some(place) => place,
            none => {
                let place = none.insert(Place::new()?);
                let initialize = self.worker.initialize(NodeContext::of(&mut place.ctx));
                place.stand_ins.watch(initialize, &mut sent).await?;
                place
            }
        };
        let pushed = place
            .endpoint
            .mailbox
            .try_push(Routed::new(msg, Route::from(CALLER)));
        if pushed.map(Wakeup::wake).is_err() {
            let why = "the worker has filled or closed its own mailbox";
            return Err(Error::new(ErrorKind::MailboxFull, why));
        }
        // What the worker has sent to itself comes first.
        let last = place.endpoint.mailbox.count();
        while last.is_some_and(|last| place.ctx.begun::<W::Message>() < last) {
            poll_fn(|cx| place.ctx.poll_ready::<W::Message>(cx)).await;
            let (mut has_more, mut ends) = (false, NEVER);
            let handled = {
                let begun = place.ctx.begin(&mut has_more, &mut ends, |ctx, message| {
                    self.worker.handle_routed(NodeContext::of(ctx), message)
                });
                match begun {
                    Some(handling) => place.stand_ins.watch(handling, &mut sent).await,
                    None => Ok(()),
                }
            };
            place.ctx.finish();
            handled?;
        }
        Ok(Sent::new(sent))
    }
}

impl StandIns {
    /// Waits for a future, and takes what it sends meanwhile.
    async fn watch<F: Future>(&self, future: F, sent: &mut Vec<Captured>) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| {
            let polled = future.as_mut().poll(cx);
            self.poll_into(sent, cx);
            polled
        })
        .await
    }
}

impl Sent {
    /// Takes the answer to the message, if the worker has answered with an `R`.
    ///
    /// # Examples
    ///
    /// [`alone`] has one.
    pub fn reply<R: Message>(&self) -> Option<R> {
        self.to(CALLER).into_iter().next()
    }
}

impl<M: Message> Place<M> {
    fn new() -> Result<Self> {
        let runtime = Handle::try_current().map_err(|_| {
            let why = "no tokio runtime runs this code: write `#[ockam::test]`";
            Error::new(ErrorKind::InvalidInput, why)
        })?;
        let node = Node::new(Settings::default(), runtime);
        let stand_ins = StandIns::on(&node);
        let (addresses, capacity) = (Addresses::from(ADDRESS), node.settings.mailbox_capacity);
        let (ctx, endpoint) = Context::register::<M>(&node, addresses, Role::Worker, capacity)?;
        Ok(Self {
            ctx,
            endpoint,
            stand_ins,
        })
    }
}

impl<M: Message> Drop for Place<M> {
    fn drop(&mut self) {
        self.stand_ins.close();
        self.ctx.node().abandon();
    }
}

impl<W: Worker> fmt::Debug for Alone<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alone").finish_non_exhaustive()
    }
}
