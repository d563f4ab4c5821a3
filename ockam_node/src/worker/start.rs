use std::future::{Future, poll_fn};
use std::pin::pin;

use ockam_core::{Addresses, Error, ErrorKind, Result, Worker};

use super::handle::WorkerHandle;
use super::relay::Relay;
use crate::context::{Context, NodeContext};
use crate::delivery::{Registration, Role};
use crate::lifecycle::ExitReason;
use crate::log::{self, span};
use crate::node::Node;
use crate::panics::{caught, drop_caught};
use crate::task::until;
use crate::time::Deadline;

impl Context {
    /// Starts a worker at one or more addresses, and returns when its `initialize` is done.
    ///
    /// Messages that arrive before that wait in its mailbox. [`WorkerBuilder`](crate::WorkerBuilder)
    /// starts a worker with its own settings.
    ///
    /// # Errors
    ///
    /// Returns the error of `initialize`, `AddressTaken`, `TimedOut` after the deadline of a start (30
    /// s by default), `Panicked`, `Stopped` if the node stops or the worker is killed before the start
    /// is done, and `InvalidInput` if there is no address or one that isn't local. After an error, the
    /// address is free again, and messages that were sent to the worker are dead letters.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the start is rolled back.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Result, Worker};
    /// use ockam_node::Context;
    ///
    /// struct Echoer;
    ///
    /// impl Worker for Echoer {
    ///     type Message = String;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
    ///         ctx.send_message("app", msg).await
    ///     }
    /// }
    ///
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker(vec!["echoer", "parrot"], Echoer).await?;
    /// ctx.send_message("parrot", "Hello!".to_string()).await?;
    /// assert_eq!(ctx.receive::<String>().await?, "Hello!");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[inline]
    pub fn start_worker<W: Worker<Context: NodeContext>>(
        &self,
        addresses: impl Into<Addresses>,
        worker: W,
    ) -> impl Future<Output = Result<WorkerHandle<W::Message>>> + Send {
        let capacity = self.node().settings.mailbox_capacity;
        start(self, addresses.into(), worker, capacity)
    }
}

/// Registers and initialises a worker, and starts its relay.
///
/// Until the relay owns it, the context keeps the registration. If this future fails or is dropped, the
/// context is dropped and frees the address.
pub(super) async fn start<W: Worker<Context: NodeContext>>(
    starter: &Context,
    addresses: Addresses,
    mut worker: W,
    capacity: usize,
) -> Result<WorkerHandle<W::Message>> {
    #[cfg(feature = "test-util")]
    crate::task::preempted().await;
    let node = starter.node();
    log::event::<W>(|what| {
        let all: Vec<_> = addresses
            .as_slice()
            .iter()
            .map(ToString::to_string)
            .collect();
        format!("{} starts {}: {what}", starter.address(), all.join(", "))
    });
    let (mut ctx, endpoint) = match Context::register(node, addresses, Role::Worker, capacity) {
        Ok(registered) => registered,
        Err(error) => return Err(not_started(error, worker)),
    };
    let registration = &endpoint.registration;
    if let Err(error) = initialize(node, &mut worker, &mut ctx, registration).await {
        return Err(not_started(error, worker));
    }
    let relay = Relay {
        worker,
        ctx,
        endpoint: endpoint.clone(),
    };
    relay.start(&node.runtime, &registration.lifecycle);
    Ok(WorkerHandle::new(starter.outbox(), endpoint))
}

/// Drops a worker that could not be started.
pub(super) fn not_started<W>(error: Error, worker: W) -> Error {
    match drop_caught(worker) {
        Ok(()) => error,
        Err(panic) => {
            let why = panic.message();
            error.context(format!(
                "a worker was not started, and panicked when dropped: {why}"
            ))
        }
    }
}

/// Runs the `initialize` of a worker until it is done, panics, exceeds its deadline, or the worker is
/// killed.
async fn initialize<W: Worker<Context: NodeContext>>(
    node: &Node,
    worker: &mut W,
    ctx: &mut Context,
    registration: &Registration,
) -> Result<()> {
    let timeout = node.settings.start_timeout;
    let mut deadline = Deadline::new(&node.runtime, timeout, None);
    let span = span!(ctx, "initialize");
    let address = registration.address();
    // `initialize` is called inside the future, so that its panics are caught as well.
    let mut initialize = pin!(caught(async {
        worker.initialize(NodeContext::of(ctx)).await
    }));
    let initialize = poll_fn(|cx| {
        let _entered = span.as_ref().map(|span| span.enter());
        initialize.as_mut().poll(cx)
    });
    let initialized = until(registration.lifecycle.killed(), initialize);
    let error = match deadline.limit(initialized).await {
        Some(Some(Ok(Ok(())))) => return Ok(()),
        Some(Some(Ok(Err(error)))) => error,
        Some(Some(Err(panic))) => {
            let why = panic.message();
            let why = format!("{address} panicked in its initialize: {why}");
            Error::new(ErrorKind::Panicked, why)
        }
        Some(None) => {
            // Whoever killed it has noted the reason.
            let why = format!("{address} was killed in its initialize");
            return Err(Error::new(ErrorKind::Stopped, why));
        }
        None => {
            let why = format!("{address} did not initialize within {timeout:?}");
            Error::new(ErrorKind::TimedOut, why)
        }
    };
    registration
        .lifecycle
        .note(ExitReason::failed_to_start(&error));
    Err(error)
}
