use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Addresses, Error, ErrorKind, Result, Worker};

use super::handle::WorkerHandle;
use super::initialize::{NotInitialized, initialize};
use super::relay::{Relay, Runs};
use super::rules::Rules;
use super::supervised::Plan;
use crate::context::{Context, Front, NodeContext, OnNode, Starter, owned_ended};
use crate::delivery::{AnyEndpoint, Guard, GuardedEndpoint, Role};
use crate::lifecycle::ExitReason;
use crate::log;
use crate::panics::drop_caught;
use crate::time::clock;

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
}

/// What a worker may use.
pub(super) struct Limits {
    /// The capacity of its mailbox, in messages.
    pub(super) capacity: usize,
    /// The time limit of its handlers.
    pub(super) handler_timeout: Option<Duration>,
}

/// Registers an endpoint, runs `initialize`, and spawns the loop of the worker.
///
/// From then on the relay owns the worker, the context keeps the registration. If this future fails or is
/// dropped before, the context is dropped and frees the address.
pub(super) async fn start<W: Runs>(
    starter: Starter<'_>,
    addresses: Addresses,
    mut worker: W,
    limits: Limits,
    is_owned: bool,
    rules: Option<Box<Rules>>,
    mut plan: Option<Box<Plan<W>>>,
) -> Result<WorkerHandle<W::Message>> {
    #[cfg(feature = "test-util")]
    crate::task::preempted().await;
    let node = &starter.outbox.node;
    log::event::<W>(|what| {
        let all: Vec<_> = addresses
            .as_slice()
            .iter()
            .map(ToString::to_string)
            .collect();
        format!(
            "{} starts {}: {what}",
            starter.outbox.name(),
            all.join(", ")
        )
    });
    let outgoing = rules.as_ref().and_then(|rules| rules.outgoing(&addresses));
    let guard = rules.and_then(|rules| rules.guard(node));
    let front = match &guard {
        Some(guard) => Some(behind(guard.clone())),
        None => plan.as_mut().and_then(|plan| plan.front.take()),
    };
    let registered =
        Context::register_behind(node, addresses, Role::Worker, limits.capacity, front);
    let (mut ctx, endpoint) = match registered {
        Ok(registered) => registered,
        Err(error) => return Err(not_started(error, worker)),
    };
    let registration = &endpoint.registration;
    if let Some(timeout) = limits.handler_timeout {
        registration.set_handler_timeout(timeout);
    }
    if node.settings.histograms {
        registration.measure();
        endpoint.mailbox.time_arrivals(clock::now_nanos);
    }
    if let Some(recorder) = node.recordings.of(registration.addresses.as_slice()) {
        registration.record(&recorder);
    }
    if outgoing.is_some() {
        ctx.set_outgoing(outgoing);
    }
    if is_owned {
        let owned = match starter.context {
            Some(starter) => starter.own(ctx.endpoint()),
            None => Err(Error::new(
                ErrorKind::InvalidInput,
                "a sender owns no workers: start them with the context of the worker that is to own them",
            )),
        };
        if let Err(error) = owned {
            return Err(not_started(error, worker));
        }
    }
    if let Some(plan) = &plan {
        plan.supervise(ctx.endpoint(), node.next_id());
    }
    if let Err(error) = initialize(node, &mut worker, &mut ctx).await {
        let error = match error {
            NotInitialized::Killed(error) => error,
            NotInitialized::Failed(error) => {
                let reason = ExitReason::failed_to_start(&error);
                registration.lifecycle.note(reason);
                error
            }
        };
        // So that a start that is tried again finds their addresses free.
        owned_ended(ctx.stop_owned()).await;
        return Err(not_started(error, worker));
    }
    let relay = Relay {
        worker,
        ctx,
        endpoint: endpoint.clone(),
    };
    match plan {
        None => relay.start(&node.runtime, &registration.lifecycle),
        Some(plan) => plan.start(relay, &node.runtime),
    }
    Ok(WorkerHandle::new(starter.outbox, endpoint, guard))
}

/// Lets the rules of a worker stand at its addresses in its place.
fn behind(guard: Arc<Guard>) -> Front {
    Box::new(move |endpoint| -> Arc<dyn AnyEndpoint> {
        let guarded = GuardedEndpoint::new(endpoint, &guard);
        guarded.watch_end();
        Arc::new(guarded)
    })
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
