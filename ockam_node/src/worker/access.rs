use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Processor, Result, Worker};

use super::builder::WorkerBuilder;
use super::processor::ProcessorBuilder;
use crate::context::NodeContext;
use crate::delivery::{Access, Admit, Subject};

impl<W: Worker<Context: NodeContext>, Made> WorkerBuilder<W, Made> {
    /// Sets who may send to the worker. By default, everybody may.
    ///
    /// The rule is asked before a message is queued, wherever it comes from: by the address of the worker, by a handle,
    /// or from another node. It decides by the sender that the node knows, and not by what a return route says. A
    /// message that it refuses is the error of its sender: `Denied` on this node. To another node it looks as if
    /// nobody was at the address. The worker itself may always send to itself. What a group delivers to its members
    /// is not asked about.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{ErrorKind, Worker};
    /// # use ockam_node::Context;
    /// use ockam_node::{Allow, WorkerBuilder};
    /// # struct Vault;
    /// # impl Worker for Vault {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// # }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let vault = WorkerBuilder::new("vault", Vault).incoming(Allow::only(["clerk"]));
    /// vault.start(&ctx).await?;
    /// let refused = ctx.send_message("vault", 7_u64).await.unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::Denied);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn incoming(mut self, rule: impl Access) -> Self {
        self.rules_mut().incoming = Some(Arc::new(rule));
        self
    }

    /// Sets what decides whether a sender may send to the worker, if that needs I/O. It is asked once for each sender,
    /// and its verdict is kept for a time.
    ///
    /// Messages wait until there is a verdict, and `try_send` is refused as if there was no room. If the function
    /// returns an error, panics, or takes longer than the deadline of an ask, the messages that wait are refused, and
    /// the next one makes it be asked again. It is asked about 64 senders at once, and 4,096 verdicts are kept. A
    /// connection to another node is one sender. A [rule](Self::incoming) is asked before it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::{Context, Subject};
    /// use ockam_node::WorkerBuilder;
    /// # struct Vault;
    /// # impl Worker for Vault {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         ctx.reply(msg).await
    /// #     }
    /// # }
    /// async fn looked_up(sender: Subject) -> Result<bool> {
    ///     // … in a database
    ///     Ok(sender.is("app"))
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let vault = WorkerBuilder::new("vault", Vault).admit(Duration::from_secs(60), looked_up);
    /// vault.start(&ctx).await?;
    /// assert_eq!(ctx.ask::<u64>("vault", 7_u64).await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn admit<F>(
        mut self,
        keep: Duration,
        admit: impl Fn(Subject) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<bool>> + Send + 'static,
    {
        self.rules_mut().admit = Some((boxed(admit), keep));
        self
    }

    /// Sets whom the worker may send to. By default, it may send to everybody.
    ///
    /// The rule is asked before a message leaves, whatever sends it: the context of the worker, a context that it has
    /// opened, a `Sender`, a handle that it has got by a start of its own, or a timer. It is asked about the first
    /// address of the route. A refusal is the error of the send, `Denied`. An answer always passes, and so does what
    /// the worker sends to itself.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Worker;
    /// # use ockam_node::Context;
    /// use ockam_node::{Allow, WorkerBuilder};
    /// # struct Clerk;
    /// # impl Worker for Clerk {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// # }
    ///
    /// # let _ =
    /// WorkerBuilder::new("clerk", Clerk).outgoing(Allow::only(["vault"]));
    /// ```
    pub fn outgoing(mut self, rule: impl Access) -> Self {
        self.rules_mut().outgoing = Some(Arc::new(rule));
        self
    }
}

impl<P: Processor<Context: NodeContext>, Made> ProcessorBuilder<P, Made> {
    /// Sets who may send to the processor, as [`WorkerBuilder::incoming`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Processor, Result};
    /// # use ockam_node::Context;
    /// use ockam_node::{Allow, ProcessorBuilder};
    /// # struct Poll;
    /// # impl Processor for Poll {
    /// #     type Context = Context;
    /// #     async fn process(&mut self, _: &mut Context) -> Result<bool> {
    /// #         Ok(false)
    /// #     }
    /// # }
    ///
    /// # let _ =
    /// ProcessorBuilder::new("poll", Poll).incoming(Allow::nobody());
    /// ```
    pub fn incoming(mut self, rule: impl Access) -> Self {
        self.0.rules_mut().incoming = Some(Arc::new(rule));
        self
    }

    /// Sets what decides whether a sender may send to the processor, if that needs I/O, as [`WorkerBuilder::admit`]
    /// does.
    pub fn admit<F>(
        mut self,
        keep: Duration,
        admit: impl Fn(Subject) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<bool>> + Send + 'static,
    {
        self.0.rules_mut().admit = Some((boxed(admit), keep));
        self
    }

    /// Sets whom the processor may send to, as [`WorkerBuilder::outgoing`] does.
    pub fn outgoing(mut self, rule: impl Access) -> Self {
        self.0.rules_mut().outgoing = Some(Arc::new(rule));
        self
    }
}

fn boxed<F>(admit: impl Fn(Subject) -> F + Send + Sync + 'static) -> Arc<Admit>
where
    F: Future<Output = Result<bool>> + Send + 'static,
{
    Arc::new(move |subject| Box::pin(admit(subject)))
}
