use std::fmt;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ockam_core::{Address, Result};

use super::child::{AnyChild, Child, Startable, sealed};
use super::handle::SupervisorHandle;
use super::pool::Pool;
use super::tree::{Spec, Tree};
use crate::context::{Front, OnNode, Starter};
use crate::worker::builder::{Factory, WorkerBuilder};
use crate::worker::handle::WorkerHandle;
use crate::worker::restart::Restart;
use crate::worker::siblings::{Place, Strategy, Wake};

/// Starts workers in order, starts them again when they fail, and stops them in reverse order.
///
/// A child that fails is started again after a delay, as its own policy says, and with it those that its
/// strategy names: these finish the message in hand, run `shutdown`, keep their queues, and begin again in the
/// order of their start. Whoever hears of the failure reaches no old one of them.
///
/// A child that fails more often than its policy allows is the business of the supervisor: by its own
/// [`restart`](Self::restart) policy it starts the child again, with those that go with it, or gives up itself,
/// stops all others, and so fails in turn. Then its own supervisor decides.
///
/// # Examples
///
/// ```
/// # use ockam_core::Worker;
/// # use ockam_node::Context;
/// use ockam_node::{Supervisor, WorkerBuilder};
/// # struct Database;
/// # impl Worker for Database {
/// #     type Message = String;
/// #     type Context = Context;
/// # }
/// # struct Cache;
/// # impl Worker for Cache {
/// #     type Message = u64;
/// #     type Context = Context;
/// # }
///
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// Supervisor::rest_for_one("storage")
///     .child(WorkerBuilder::from_fn("database", || Database))
///     .child(WorkerBuilder::from_fn("cache", || Cache))
///     .start(&ctx)
///     .await?;
/// ctx.stop_worker("storage").await?;
/// assert!(ctx.list_workers().is_empty());
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a supervisor does nothing until `start` is called"]
pub struct Supervisor {
    address: Address,
    strategy: Strategy,
    children: Vec<Arc<dyn AnyChild>>,
    restart: Restart,
    is_owned: bool,
}

impl Supervisor {
    fn new(address: impl Into<Address>, strategy: Strategy) -> Self {
        Self {
            address: address.into(),
            strategy,
            children: Vec::new(),
            restart: Restart::on_failure(),
            is_owned: false,
        }
    }

    /// A child that fails is started again alone.
    ///
    /// # Examples
    ///
    /// ```
    /// # let _ =
    /// ockam_node::Supervisor::one_for_one("sessions");
    /// ```
    pub fn one_for_one(address: impl Into<Address>) -> Self {
        Self::new(address, Strategy::OneForOne)
    }

    /// All children are started again when one of them fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # let _ =
    /// ockam_node::Supervisor::one_for_all("pair");
    /// ```
    pub fn one_for_all(address: impl Into<Address>) -> Self {
        Self::new(address, Strategy::OneForAll)
    }

    /// A child that fails is started again with all that were started after it.
    ///
    /// # Examples
    ///
    /// ```
    /// # let _ =
    /// ockam_node::Supervisor::rest_for_one("storage");
    /// ```
    pub fn rest_for_one(address: impl Into<Address>) -> Self {
        Self::new(address, Strategy::RestForOne)
    }

    /// Adds a child: a worker that is made by a function, or another supervisor.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Supervisor;
    /// # let _ =
    /// Supervisor::one_for_all("app").child(Supervisor::one_for_one("sessions"));
    /// ```
    pub fn child(mut self, child: impl Child) -> Self {
        self.children.push(Arc::new(Startable::new(child)));
        self
    }

    /// Sets how often this supervisor starts children again that have given up. By default, 5 times within 10 s.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::{Restart, Supervisor};
    /// # let _ =
    /// Supervisor::one_for_one("app").restart(Restart::on_failure().essential());
    /// ```
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// Ties the supervisor, and its children, to the worker that starts it, as
    /// [`WorkerBuilder::owned`](crate::WorkerBuilder::owned) does. A `Sender` owns nothing, and can't start it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// use ockam_node::{Context, Supervisor};
    ///
    /// struct Shop;
    ///
    /// impl Worker for Shop {
    ///     type Message = String;
    ///     type Context = Context;
    ///
    ///     async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
    ///         Supervisor::one_for_one("carts").owned().start(ctx).await?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("shop", Shop).await?;
    /// ctx.stop_worker("shop").await?;
    /// assert!(ctx.list_workers().is_empty());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn owned(mut self) -> Self {
        self.is_owned = true;
        self
    }

    /// Starts the children, in order, and returns when the last one has initialised.
    ///
    /// # Errors
    ///
    /// Returns the error of the first child that doesn't start. Those before it are stopped.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the children that were started are stopped.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Supervisor;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let sessions = Supervisor::one_for_one("sessions").start(&ctx).await?;
    /// sessions.stop().await?;
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn start(self, node: &impl OnNode) -> Result<SupervisorHandle> {
        self.start_as(node.starter(), None).await
    }

    async fn start_as(
        self,
        starter: Starter<'_>,
        place: Option<Arc<Place>>,
    ) -> Result<SupervisorHandle> {
        let spec = Arc::new(Spec {
            strategy: self.strategy,
            children: self.children,
            restart: self.restart,
            siblings: Mutex::new(None),
            pool: None,
            wanted: AtomicUsize::new(0),
        });
        let tree = tree(self.address, spec.clone());
        let tree = if self.is_owned { tree.owned() } else { tree };
        // Boxed, because trees nest.
        let worker = Box::pin(tree.start_as(starter, place)).await?;
        Ok(SupervisorHandle::new(worker, spec))
    }
}

/// Starts a supervisor that makes its children itself, behind what stands at its address in its place.
pub(crate) async fn start_pool(
    starter: Starter<'_>,
    address: Address,
    pool: Arc<dyn Pool>,
    members: usize,
    place: Option<Arc<Place>>,
    front: Front,
) -> Result<WorkerHandle<Wake>> {
    let spec = Arc::new(Spec {
        strategy: Strategy::OneForOne,
        children: Vec::new(),
        restart: Restart::on_failure(),
        siblings: Mutex::new(None),
        pool: Some(pool),
        wanted: AtomicUsize::new(members),
    });
    let tree = tree(address, spec).behind(front);
    Box::pin(tree.start_as(starter, place)).await
}

/// Prepares the worker of a supervisor.
fn tree(address: Address, spec: Arc<Spec>) -> WorkerBuilder<Tree, Factory> {
    // What is over the budget of the supervisor is over that of this worker.
    let mut gives_up = Restart::on_failure().at_most(0, Duration::MAX);
    gives_up.is_essential = spec.restart.is_essential;
    WorkerBuilder::from_fn(address, move || Tree::new(spec.clone())).restart(gives_up)
}

impl sealed::Sealed for Supervisor {}

impl Child for Supervisor {
    type Handle = SupervisorHandle;

    async fn start_at(self, starter: Starter<'_>, place: sealed::AtPlace) -> Result<Self::Handle> {
        self.start_as(starter, Some(place.0)).await
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor")
            .field("address", &self.address)
            .field("strategy", &self.strategy)
            .field("children", &self.children.len())
            .finish_non_exhaustive()
    }
}
