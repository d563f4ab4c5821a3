use super::Context;

/// The context types of workers that can be started on this node.
///
/// # Examples
///
/// ```
/// use ockam_core::{Result, Worker};
/// use ockam_node::{Context, NodeContext};
///
/// /// Starts any worker twice.
/// async fn start_twins<W>(ctx: &Context, worker: W) -> Result<()>
/// where
///     W: Worker<Context: NodeContext> + Clone,
/// {
///     ctx.start_worker("left", worker.clone()).await?;
///     ctx.start_worker("right", worker).await?;
///     Ok(())
/// }
/// # #[derive(Clone)]
/// # struct Idle;
/// # impl Worker for Idle {
/// #     type Message = u64;
/// #     type Context = Context;
/// # }
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// #     start_twins(&ctx, Idle).await?;
/// #     assert_eq!(ctx.list_workers().len(), 2);
/// #     ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a worker with `type Context = {Self}` can't be started on this node",
    label = "started with another `Context` than `ockam::Context`",
    note = "write `type Context = ockam::Context;` in the impl of the worker"
)]
pub trait NodeContext: Send + sealed::Sealed {
    #[doc(hidden)]
    fn of(ctx: &mut Context) -> &mut Self;
}

impl NodeContext for Context {
    fn of(ctx: &mut Context) -> &mut Self {
        ctx
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Context {}
}
