use std::future::Future;
use std::sync::Arc;

use ockam_core::{Address, Error, ErrorKind, Result};

use super::stop::{restarts_itself, stop_worker};
use crate::context::Context;
use crate::delivery::{AnyEndpoint, Role};
use crate::lifecycle::ExitReason;
use crate::log;
use crate::node::{self, Node, StopReport};

impl Context {
    /// Stops a worker, and returns when it has ended. The mailbox is closed, the queued messages are
    /// handled, `shutdown` runs, and the address is freed.
    ///
    /// If a worker stops itself, this only requests the stop and returns at once.
    ///
    /// # Errors
    ///
    /// Returns `UnknownAddress`, `InvalidInput` for an address that is not that of a worker, and
    /// `TimedOut` after the deadline of a stop (10 s by default). In the last case, the running handler
    /// was dropped at its `.await`, and the queued messages are dead letters.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the stop goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{ErrorKind, Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("echoer", Echoer).await?;
    /// ctx.stop_worker("echoer").await?;
    /// let sent = ctx.send_message("echoer", "Hello?".to_string()).await;
    /// assert_eq!(sent.unwrap_err().kind(), ErrorKind::UnknownAddress);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[doc(alias = "stop_processor")]
    pub fn stop_worker(
        &self,
        address: impl Into<Address>,
    ) -> impl Future<Output = Result<()>> + Send {
        let address = address.into();
        async move {
            #[cfg(feature = "test-util")]
            crate::task::preempted().await;
            log::event::<()>(|_| format!("{} stops {address}", self.address()));
            let worker = worker_at(self.node(), &address)?;
            if worker.registration().id == self.registration().id {
                if restarts_itself(&*worker) {
                    return Ok(());
                }
                worker.registration().lifecycle.note(ExitReason::Stopped);
                worker.stop();
                return Ok(());
            }
            stop_worker(self.node(), worker, self.outbox().timer()).await
        }
    }

    /// Kills a worker, and returns when it has ended. The handler is dropped at its `.await`, the
    /// queued messages are dead letters, `shutdown` does not run, and the address is freed. If a worker
    /// kills itself, this does not return.
    ///
    /// # Errors
    ///
    /// Returns `UnknownAddress`, `InvalidInput` for an address that is not that of a worker, and
    /// `TimedOut` if the handler blocks its thread and can't be dropped.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the worker still ends.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Stuck;
    /// # impl Worker for Stuck {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, _: &mut Context, _: u64) -> Result<()> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("stuck", Stuck).await?;
    /// ctx.send_message("stuck", 7_u64).await?;
    /// ctx.kill_worker("stuck").await?;
    /// assert!(ctx.list_workers().is_empty());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn kill_worker(
        &self,
        address: impl Into<Address>,
    ) -> impl Future<Output = Result<()>> + Send {
        let address = address.into();
        async move {
            #[cfg(feature = "test-util")]
            crate::task::preempted().await;
            log::event::<()>(|_| format!("{} kills {address}", self.address()));
            kill_at(self.node(), &address).await
        }
    }

    /// Stops the node. `app` is closed, then the workers are stopped, the last one started first.
    ///
    /// If a handler calls this, it only requests the stop and returns at once. Losses are logged, and
    /// [`stop_report`](Self::stop_report) returns them.
    ///
    /// # Errors
    ///
    /// There are none so far.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the stop goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.stop().await?;
    /// assert_eq!(ctx.stop_report().map(|report| report.dead_letters()), Some(0));
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn stop(&self) -> Result<()> {
        // A handler may call this on a context that it has opened.
        if self.registration().role == Role::Worker || self.node().is_handling() {
            self.node().request_stop();
            return Ok(());
        }
        // `main` is the future that an executor blocks on, and not a task.
        if tokio::task::try_id().is_none() {
            self.node().stopping.note_main();
        }
        self.node().request_stop();
        self.node().stopping.finished().await;
        Ok(())
    }

    /// Returns what the stop of the node lost, or `None` before the node has stopped.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// assert!(ctx.stop_report().is_none());
    /// ctx.stop().await?;
    /// assert!(ctx.stop_report().is_some());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn stop_report(&self) -> Option<StopReport> {
        self.node().stopping.report()
    }
}

/// Returns the worker at an address.
pub(crate) fn worker_at(node: &Node, address: &Address) -> Result<Arc<dyn AnyEndpoint>> {
    let Some(found) = node.router.registry.look_up(address) else {
        return Err(node.router.nothing_found_at(address));
    };
    match found.mailbox() {
        Some(endpoint) if endpoint.registration().role == Role::Worker => Ok(endpoint.clone()),
        _ => {
            let why = format!("{address} is the address of a context, not of a worker");
            Err(Error::new(ErrorKind::InvalidInput, why))
        }
    }
}

/// Kills the worker at an address, and waits for its end.
pub(super) async fn kill_at(node: &Node, address: &Address) -> Result<()> {
    let worker = worker_at(node, address)?;
    node::kill(&node.runtime, worker.registration(), ExitReason::Killed).await
}
