use std::future::Future;

use ockam_core::{Address, Addresses, Processor, Result, Worker};

use super::context::{kill_at, worker_at};
use super::handle::WorkerHandle;
use super::processor::{ProcessorBuilder, ProcessorHandle};
use super::start::{Limits, start};
use super::stop::stop_worker;
use crate::context::{NodeContext, OnNode, Sender};

impl Sender {
    /// Starts a worker, as [`Context::start_worker`](crate::Context::start_worker) does, from a spawned task or a
    /// web service. [`WorkerBuilder::start`](crate::WorkerBuilder::start) takes a sender, too.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::start_worker`](crate::Context::start_worker).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the start is rolled back.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
    /// #         ctx.reply(msg).await
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let sender = ctx.sender();
    /// let session = tokio::spawn(async move {
    ///     let echoer = sender.start_worker("echoer", Echoer).await?;
    ///     let reply = echoer.ask::<String>("hello".to_string()).await?;
    ///     sender.stop_worker("echoer").await?;
    ///     Ok::<_, ockam_core::Error>(reply)
    /// });
    /// assert_eq!(session.await??, "hello");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn start_worker<W: Worker<Context: NodeContext>>(
        &self,
        addresses: impl Into<Addresses>,
        worker: W,
    ) -> impl Future<Output = Result<WorkerHandle<W::Message>>> + Send {
        let limits = Limits {
            capacity: self.node().settings.mailbox_capacity,
            handler_timeout: None,
        };
        start(
            self.starter(),
            addresses.into(),
            worker,
            limits,
            false,
            None,
            None,
        )
    }

    /// Starts a processor, as [`Context::start_processor`](crate::Context::start_processor) does.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::start_worker`](crate::Context::start_worker).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the start is rolled back.
    pub fn start_processor<P: Processor<Context: NodeContext>>(
        &self,
        addresses: impl Into<Addresses>,
        processor: P,
    ) -> impl Future<Output = Result<ProcessorHandle>> + Send {
        ProcessorBuilder::new(addresses, processor).start_as(self.starter(), None)
    }

    /// Stops a worker and waits for its end, as [`Context::stop_worker`](crate::Context::stop_worker) does.
    ///
    /// If a handler of this worker itself calls this, it only requests the stop and returns at once.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::stop_worker`](crate::Context::stop_worker).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the stop goes on.
    pub async fn stop_worker(&self, address: impl Into<Address> + Send) -> Result<()> {
        let worker = worker_at(self.node(), &address.into())?;
        stop_worker(self.node(), worker, self.outbox().timer()).await
    }

    /// Kills a worker and waits for its end, as [`Context::kill_worker`](crate::Context::kill_worker) does.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::kill_worker`](crate::Context::kill_worker).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the worker still ends.
    pub async fn kill_worker(&self, address: impl Into<Address> + Send) -> Result<()> {
        kill_at(self.node(), &address.into()).await
    }

    /// Requests the stop of the node, and doesn't wait for it: whoever calls this may be what is waited for.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let sender = ctx.sender();
    /// tokio::spawn(async move { sender.stop_node() });
    /// assert!(ctx.receive::<u64>().await.is_err());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn stop_node(&self) {
        self.node().request_stop();
    }
}
