use std::any::Any as StdAny;
use std::sync::Arc;

use ockam_core::{Address, Error, ErrorKind, Result, Worker};

use super::builder::{Factory, WorkerBuilder};
use super::handle::WorkerHandle;
use super::supervisor::SupervisorHandle;
use crate::context::{NodeContext, OnNode, Starter};
use crate::delivery::{AnyEndpoint, Endpoint, Role};
use crate::node::Node;

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
    pub async fn get_or_start(self, node: &impl OnNode) -> Result<WorkerHandle<W::Message>> {
        get_or_start(self, node.starter(), None).await
    }

    /// Returns `true` if something is at the first address, or nothing but that could have been there.
    fn is_here(&self, node: &Node) -> bool {
        let addresses = self.addresses().as_slice();
        let registry = &node.router.registry;
        addresses.len() == 1
            || addresses
                .first()
                .is_some_and(|it| registry.look_up(it).is_some())
    }
}

impl SupervisorHandle {
    /// Returns the worker at the address of `child`, or [starts it](Self::start_child) under this supervisor if there
    /// is none.
    ///
    /// Callers that ask for the same address at the same time get the same worker, as with
    /// [`WorkerBuilder::get_or_start`]. One that is there already need not be a child of this supervisor.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`WorkerBuilder::get_or_start`], and `Stopped` if the supervisor has ended or is being
    /// started again, and nobody is at the address.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped while it starts the worker, the start is rolled back. Other callers then start it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// use ockam_node::{Supervisor, WorkerBuilder};
    /// # struct Session(u64);
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
    /// let sessions = Supervisor::one_for_one("sessions").start(&ctx).await?;
    /// let session = || WorkerBuilder::from_fn("session 7", || Session(0));
    /// let (first, second) = (session(), session());
    /// assert_eq!(sessions.get_or_start(&ctx, first).await?.ask::<u64>(1).await?, 1);
    /// assert_eq!(sessions.get_or_start(&ctx, second).await?.ask::<u64>(1).await?, 2);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn get_or_start<W: Worker<Context: NodeContext>>(
        &self,
        node: &impl OnNode,
        child: WorkerBuilder<W, Factory>,
    ) -> Result<WorkerHandle<W::Message>> {
        get_or_start(child, node.starter(), Some(self)).await
    }
}

async fn get_or_start<W: Worker<Context: NodeContext>>(
    builder: WorkerBuilder<W, Factory>,
    starter: Starter<'_>,
    supervisor: Option<&SupervisorHandle>,
) -> Result<WorkerHandle<W::Message>> {
    let node = &starter.outbox.node;
    loop {
        let first = builder.addresses().as_slice().first();
        let found = first.and_then(|address| node.router.registry.look_up(address));
        if let (Some(found), Some(address)) = (found, first) {
            let worker = found
                .mailbox()
                .filter(|it| it.registration().role == Role::Worker);
            let Some(worker) = worker else {
                return Err(no_worker(address));
            };
            if settled(starter, &**worker).await {
                return handle_of::<W>(starter, worker, address);
            }
            continue;
        }
        let Some(again) = builder.again() else {
            let why = "a worker was handed over and can't be made again";
            return Err(Error::new(ErrorKind::InvalidInput, why));
        };
        let started = match supervisor {
            Some(supervisor) => supervisor.start_child_as(starter, again).await,
            None => again.start_as(starter, None).await,
        };
        match started {
            // Another caller was first, unless it is another address that is taken.
            Err(error) if error.kind() == ErrorKind::AddressTaken && builder.is_here(node) => {}
            started => return started,
        }
    }
}

/// Waits until a worker has initialised, or has ended. Returns `true` if it takes messages.
async fn settled(starter: Starter<'_>, worker: &dyn AnyEndpoint) -> bool {
    let caller = starter.context.map(|ctx| ctx.registration().id);
    if caller == Some(worker.registration().id) {
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
    starter: Starter<'_>,
    found: &Arc<dyn AnyEndpoint>,
    address: &Address,
) -> Result<WorkerHandle<W::Message>> {
    let (inner, guard) = found.behind_rules();
    let inner: Arc<dyn StdAny + Send + Sync> = inner;
    match inner.downcast::<Endpoint<W::Message>>() {
        Ok(endpoint) => Ok(WorkerHandle::new(starter.outbox, endpoint, guard)),
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
