use std::fmt;
use std::sync::Arc;

use ockam_core::{Address, Error, ErrorKind, Result};

use super::child::{Child, start_at};
use super::tree::Spec;
use crate::context::{Ended, OnNode, Starter};
use crate::worker::handle::WorkerHandle;
use crate::worker::siblings::Wake;

/// Stops a supervisor, and starts further children under it.
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
/// #         ctx.reply(self.0 + msg).await
/// #     }
/// # }
///
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// let sessions = Supervisor::one_for_one("sessions").start(&ctx).await?;
/// let session = WorkerBuilder::from_fn("session 7", || Session(7));
/// let session = sessions.start_child(&ctx, session).await?;
/// assert_eq!(session.ask::<u64>(35).await?, 42);
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone)]
pub struct SupervisorHandle {
    worker: WorkerHandle<Wake>,
    spec: Arc<Spec>,
}

impl SupervisorHandle {
    pub(super) fn new(worker: WorkerHandle<Wake>, spec: Arc<Spec>) -> Self {
        Self { worker, spec }
    }

    /// Returns the address of the supervisor.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Supervisor;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let sessions = Supervisor::one_for_one("sessions").start(&ctx).await?;
    /// assert_eq!(sessions.address(), "sessions");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn address(&self) -> &Address {
        self.worker.address()
    }

    /// Starts a further child, behind those that are there. It ends for good when it stops, and when it gives up
    /// this is logged and told to its monitors, but touches neither the supervisor nor its budget. A supervisor
    /// that is started again begins without it.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Context::start_worker`](crate::Context::start_worker), and `Stopped` if the
    /// supervisor has ended or is being started again.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the start is rolled back.
    ///
    /// # Examples
    ///
    /// See [`SupervisorHandle`].
    pub async fn start_child<C: Child>(&self, node: &impl OnNode, child: C) -> Result<C::Handle> {
        self.start_child_as(node.starter(), child).await
    }

    pub(in crate::worker) async fn start_child_as<C: Child>(
        &self,
        starter: Starter<'_>,
        child: C,
    ) -> Result<C::Handle> {
        let siblings = self.spec.siblings();
        let Some(place) = siblings.and_then(|siblings| siblings.add(false)) else {
            let why = format!("{} has ended and starts no children", self.address());
            return Err(Error::new(ErrorKind::Stopped, why));
        };
        start_at(child, starter, place).await
    }

    /// Stops the children in reverse order of their start, and the supervisor.
    ///
    /// # Errors
    ///
    /// See [`Context::stop_worker`](crate::Context::stop_worker).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the stop goes on.
    ///
    /// # Examples
    ///
    /// See [`Supervisor::start`](crate::Supervisor::start).
    pub async fn stop(&self) -> Result<()> {
        self.worker.stop().await
    }

    /// Waits for the end of the supervisor, and says why it has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::DownReason;
    /// # use ockam_node::Supervisor;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let sessions = Supervisor::one_for_one("sessions").start(&ctx).await?;
    /// ctx.stop_worker("sessions").await?;
    /// assert_eq!(sessions.ended().await.reason(), &DownReason::Stopped);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ended(&self) -> Ended {
        self.worker.ended()
    }
}

impl fmt::Debug for SupervisorHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SupervisorHandle")
            .field(self.address())
            .finish()
    }
}
