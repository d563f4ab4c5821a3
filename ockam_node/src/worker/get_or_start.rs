use std::any::Any as StdAny;
use std::sync::Arc;

use ockam_core::{Address, Error, ErrorKind, Result, Worker};

use super::builder::{Factory, WorkerBuilder};
use super::handle::WorkerHandle;
use crate::context::{Context, NodeContext};
use crate::delivery::{AnyEndpoint, Endpoint, Role};

impl<W: Worker<Context: NodeContext>> WorkerBuilder<W, Factory> {
    /// Returns the worker at the address, or starts it if there is none.
    ///
    /// Any number of callers that ask for the same address at the same time get the same worker. They return when it
    /// has initialised. One that is about to end is waited for, and another one started. The function that makes the
    /// worker may be called once too often, if two callers begin at the same moment.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`start`](Self::start), `WrongType` if the worker at the address takes other messages, and
    /// `InvalidInput` if what is there is not a worker.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped while it starts the worker, the start is rolled back. Other callers then start it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::{Context, WorkerBuilder};
    /// struct Session(u64);
    /// # impl Worker for Session {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         self.0 += msg;
    /// #         ctx.reply(self.0).await
    /// #     }
    /// # }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let session = || WorkerBuilder::from_fn("session 7", || Session(0));
    /// assert_eq!(session().get_or_start(&ctx).await?.ask::<u64>(1).await?, 1);
    /// assert_eq!(session().get_or_start(&ctx).await?.ask::<u64>(1).await?, 2);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn get_or_start(self, ctx: &Context) -> Result<WorkerHandle<W::Message>> {
        loop {
            let first = self.addresses().as_slice().first();
            let found = first.and_then(|address| ctx.node().router.registry.look_up(address));
            if let (Some(found), Some(address)) = (found, first) {
                let worker = found
                    .mailbox()
                    .filter(|it| it.registration().role == Role::Worker);
                let Some(worker) = worker else {
                    return Err(no_worker(address));
                };
                if settled(ctx, &**worker).await {
                    return handle_of::<W>(ctx, worker, address);
                }
                continue;
            }
            let Some(again) = self.again() else {
                let why = "a worker was handed over and can't be made again";
                return Err(Error::new(ErrorKind::InvalidInput, why));
            };
            match again.start(ctx).await {
                // Another caller was first, unless it is another address that is taken.
                Err(error) if error.kind() == ErrorKind::AddressTaken && self.is_here(ctx) => {}
                started => return started,
            }
        }
    }

    /// Returns `true` if something is at the first address, or nothing but that could have been there.
    fn is_here(&self, ctx: &Context) -> bool {
        let addresses = self.addresses().as_slice();
        let registry = &ctx.node().router.registry;
        addresses.len() == 1
            || addresses
                .first()
                .is_some_and(|it| registry.look_up(it).is_some())
    }
}

/// Waits until a worker has initialised, or has ended. Returns `true` if it takes messages.
async fn settled(ctx: &Context, worker: &dyn AnyEndpoint) -> bool {
    if worker.registration().id == ctx.registration().id {
        return true;
    }
    let lifecycle = &worker.registration().lifecycle;
    lifecycle.started().await;
    if lifecycle.is_run_by_this_task() {
        return true;
    }
    let is_ending = worker.is_stopping() || !worker.is_open() || lifecycle.has_ended();
    if is_ending {
        lifecycle.ended().await;
    }
    !is_ending
}

fn handle_of<W: Worker<Context: NodeContext>>(
    ctx: &Context,
    found: &Arc<dyn AnyEndpoint>,
    address: &Address,
) -> Result<WorkerHandle<W::Message>> {
    let (inner, guard) = found.behind_rules();
    let inner: Arc<dyn StdAny + Send + Sync> = inner;
    match inner.downcast::<Endpoint<W::Message>>() {
        Ok(endpoint) => Ok(WorkerHandle::new(ctx.outbox(), endpoint, guard)),
        Err(_) => {
            let (takes, wanted) = (found.takes(), std::any::type_name::<W::Message>());
            let why = format!("{address} takes `{takes}`, not `{wanted}`");
            Err(Error::new(ErrorKind::WrongType, why))
        }
    }
}

#[cold]
fn no_worker(address: &Address) -> Error {
    let why = format!("{address} is the address of a context, not of a worker");
    Error::new(ErrorKind::InvalidInput, why)
}
