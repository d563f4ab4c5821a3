//! What a context monitors, and how it hears of an end.
//!
//! ```text
//!  owner: Incarnation ── Monitors ── Target ──────▶ target: Registration ── Watchers
//!           ▲                                                                  │
//!           └── Signals ◀── Signal::Down ── DownWatch ◀────────────────────────┘
//! ```
//!
//! The watch knows its owner weakly, and so does the owner its target. Each end removes what the other one
//! holds: nobody who lives long collects the monitors of those who don't.

use std::collections::HashMap;
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ockam_core::{Address, Down, DownReason};

use crate::delivery::{AnyEndpoint, Target, Watch};
use crate::mailbox::Signal;

/// The monitors of one incarnation of a context. They end when this is dropped.
#[derive(Default)]
pub(crate) struct Monitors(Mutex<HashMap<u64, Target>>);

/// Something that a context monitors.
///
/// [`Context::monitor`](crate::Context::monitor) returns it. The monitor goes on if this is dropped, and ends
/// with the worker that made it, or when it has told.
///
/// # Examples
///
/// ```
/// # use ockam_core::{Down, Worker};
/// # use ockam_node::Context;
/// # struct Echoer;
/// # impl Worker for Echoer {
/// #     type Message = u64;
/// #     type Context = Context;
/// # }
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// ctx.start_worker("echoer", Echoer).await?;
/// let monitor = ctx.monitor("echoer")?;
/// assert!(monitor.cancel());
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Monitor {
    watch: Arc<DownWatch>,
    target: Target,
}

/// Where what is monitored is.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) address: Address,
    /// The address of the connection behind which it is, if it is on another node.
    pub(super) connection: Option<Address>,
}

/// Tells the owner of a monitor.
struct DownWatch {
    number: u64,
    place: Place,
    owner: Weak<dyn AnyEndpoint>,
    /// The generation of the owner that it tells.
    generation: u32,
    monitors: Weak<Monitors>,
    wants_restarts: AtomicBool,
}

impl Monitors {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Target>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to monitor what is at an address, under a number that nobody else has.
    pub(super) fn add(
        self: &Arc<Self>,
        owner: &Arc<dyn AnyEndpoint>,
        number: u64,
        place: Place,
        target: Target,
    ) -> Monitor {
        let watch = Arc::new(DownWatch {
            number,
            place,
            owner: Arc::downgrade(owner),
            generation: owner.generation(),
            monitors: Arc::downgrade(self),
            wants_restarts: AtomicBool::new(false),
        });
        // Before the target knows of it: it may end at once.
        self.lock().insert(number, target.clone());
        target.watch(number, watch.clone());
        Monitor { watch, target }
    }

    fn remove(&self, number: u64) -> bool {
        self.lock().remove(&number).is_some()
    }
}

impl Drop for Monitors {
    fn drop(&mut self) {
        for (number, target) in mem::take(&mut *self.lock()) {
            target.unwatch(number);
        }
    }
}

impl Monitor {
    /// Also tells of restarts, as [`DownReason::Restarted`].
    ///
    /// Without this, a monitor of a worker that is started again after a failure goes on, and tells of the
    /// end of the last incarnation alone. Each restart is told once. If 16 of them wait to be handed over, the
    /// last one stands for those that follow, and its text says how many these are.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.monitor("nobody")?.with_restarts();
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn with_restarts(self) -> Self {
        self.watch.wants_restarts.store(true, Ordering::Relaxed);
        self
    }

    /// Ends the monitor. Returns `true` if it hasn't told yet, and will not: what waits to be handed over, a
    /// [`Down`](ockam_core::Down) for each restart among it, is taken back.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Down;
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let monitor = ctx.monitor("nobody")?;
    /// assert_eq!(ctx.receive::<Down>().await?.address(), "nobody");
    /// assert!(!monitor.cancel(), "it has told");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn cancel(&self) -> bool {
        let number = self.watch.number;
        let Some(monitors) = self.watch.monitors.upgrade() else {
            return false;
        };
        let waited = monitors.remove(number) && self.target.unwatch(number);
        let owner = self.watch.owner.upgrade();
        waited | owner.is_some_and(|owner| owner.take_monitor(number))
    }
}

impl DownWatch {
    fn tell(&self, incarnation: u64, reason: &DownReason) {
        let Some(owner) = self.owner.upgrade() else {
            return;
        };
        let Place {
            address,
            connection,
        } = self.place.clone();
        let down = Down::new(address, incarnation, reason.clone()).over(connection);
        let down = Signal::Down {
            monitor: self.number,
            generation: self.generation,
            down,
        };
        // Refused by an owner that has ended, or begun again: nobody is left to be told.
        let _ = owner.signal(down, 1);
    }
}

impl Watch for DownWatch {
    fn ended(&self, incarnation: u64, reason: &DownReason) {
        // An incarnation that has ended is not told, nor is the one after it.
        if self
            .monitors
            .upgrade()
            .is_some_and(|it| it.remove(self.number))
        {
            self.tell(incarnation, reason);
        }
    }

    fn restarted(&self, incarnation: u64, reason: &DownReason) -> bool {
        if self.wants_restarts.load(Ordering::Relaxed) && self.monitors.strong_count() > 0 {
            self.tell(incarnation, reason);
        }
        true
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Monitor")
            .field(&self.watch.place.address)
            .finish()
    }
}
