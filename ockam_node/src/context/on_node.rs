use super::{Context, Outbox, Sender};

/// What is on a node and can start workers there: a context, or a sender.
///
/// # Examples
///
/// ```
/// use ockam_core::{Result, Worker};
/// use ockam_node::{Context, OnNode, WorkerBuilder};
///
/// /// Starts a worker with a small mailbox, from a handler, a spawned task, or a web service.
/// async fn start_small<W>(node: &impl OnNode, worker: W) -> Result<()>
/// where
///     W: Worker<Context = Context>,
/// {
///     WorkerBuilder::new("small", worker).mailbox_capacity(4).start(node).await?;
///     Ok(())
/// }
/// # struct Idle;
/// # impl Worker for Idle {
/// #     type Message = u64;
/// #     type Context = Context;
/// # }
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// #     start_small(&ctx.sender(), Idle).await?;
/// #     ctx.stop_worker("small").await?;
/// #     start_small(&ctx, Idle).await?;
/// #     ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not on a node",
    label = "neither a `Context` nor a `Sender`"
)]
pub trait OnNode: Sync + sealed::Sealed {
    #[doc(hidden)]
    fn starter(&self) -> sealed::Starter<'_>;
}

pub(crate) mod sealed {
    use super::{Context, Outbox};

    pub trait Sealed {}

    /// Who starts a worker.
    #[derive(Clone, Copy)]
    pub struct Starter<'a> {
        pub(crate) outbox: &'a Outbox,
        /// Its context, by which it may own the worker.
        pub(crate) context: Option<&'a Context>,
    }

    impl std::fmt::Debug for Starter<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Starter").finish_non_exhaustive()
        }
    }
}

impl sealed::Sealed for Context {}

impl OnNode for Context {
    fn starter(&self) -> sealed::Starter<'_> {
        sealed::Starter {
            outbox: self.outbox(),
            context: Some(self),
        }
    }
}

impl sealed::Sealed for Sender {}

impl OnNode for Sender {
    fn starter(&self) -> sealed::Starter<'_> {
        sealed::Starter {
            outbox: self.outbox(),
            context: None,
        }
    }
}
