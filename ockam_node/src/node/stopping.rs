use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use ockam_core::Address;
use tokio::sync::Notify;

use crate::time::clock;

/// The progress of the stop of a node.
pub(crate) struct Stopping {
    phase: Mutex<Phase>,
    changed: Notify,
    /// The time of the operating system when the stop began.
    begun_at: OnceLock<Instant>,
    /// Whether `main` requested the stop itself.
    by_main: AtomicBool,
    /// Whether the node has ended without its runtime, as in a crash.
    is_abandoned: AtomicBool,
    /// Why the node has failed.
    failure: OnceLock<String>,
}

enum Phase {
    Running,
    Stopping,
    Stopped(StopReport),
}

/// The losses of the stop of a node.
///
/// # Examples
///
/// ```
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// ctx.stop().await?;
/// if let Some(report) = ctx.stop_report() {
///     assert_eq!((report.dead_letters(), report.killed().len()), (0, 0));
/// }
/// # Ok(())
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct StopReport {
    pub(crate) dead_letters: u64,
    pub(crate) stuck: Vec<Address>,
    pub(crate) killed: Vec<Address>,
    pub(crate) blocking_calls: usize,
    pub(crate) failure: Option<String>,
}

impl StopReport {
    /// Returns the number of messages that were accepted but not handled before the deadline.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::{Context, NodeBuilder};
    /// # struct Stuck;
    /// # impl Worker for Stuck {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, _: &mut Context, _: u64) -> Result<()> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// # let node = NodeBuilder::new().current_thread().stop_timeout(Duration::from_millis(50));
    /// # let (ctx, mut executor) = node.build()?;
    /// # executor.execute(async move {
    /// let stuck = ctx.start_worker("stuck", Stuck).await?;
    /// stuck.send(1).await?; // in its handler when the node stops
    /// stuck.send(2).await?; // still in its mailbox
    /// ctx.stop().await?;
    /// assert_eq!(ctx.stop_report().map(|report| report.dead_letters()), Some(1));
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn dead_letters(&self) -> u64 {
        self.dead_letters
    }

    /// Returns the number of blocking calls that still ran when the node had stopped.
    ///
    /// A call of [`pipe_blocking`](crate::Context::pipe_blocking) can't be interrupted. Its thread goes on until
    /// it returns, or until the process ends.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.stop().await?;
    /// assert_eq!(ctx.stop_report().unwrap_or_default().blocking_calls(), 0);
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn blocking_calls(&self) -> usize {
        self.blocking_calls
    }

    /// Returns why the node has failed, if it has: an essential worker has given up.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.stop().await?;
    /// assert_eq!(ctx.stop_report().unwrap_or_default().failure(), None);
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Returns the address of the worker that held up the stop of the others, if there was one.
    ///
    /// Workers stop one after another. When one of them takes a quarter of the time that is left, the others
    /// stop side by side, and it has until the deadline.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.stop().await?;
    /// assert!(ctx.stop_report().unwrap_or_default().stuck().is_empty());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn stuck(&self) -> &[Address] {
        &self.stuck
    }

    /// Returns the addresses of the workers that were still running at the deadline and were killed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{Address, Result, Worker};
    /// # use ockam_node::{Context, NodeBuilder};
    /// # struct Stuck;
    /// # impl Worker for Stuck {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, _: &mut Context, _: u64) -> Result<()> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = NodeBuilder::new().stop_timeout(Duration::from_millis(5)).build()?;
    /// # executor.execute(async move {
    /// let stuck = ctx.start_worker("stuck", Stuck).await?;
    /// stuck.send(7).await?;
    /// ctx.stop().await?;
    /// let report = ctx.stop_report().unwrap_or_default();
    /// assert_eq!(report.killed(), [Address::from("stuck")]);
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn killed(&self) -> &[Address] {
        &self.killed
    }
}

impl Stopping {
    pub(crate) fn new() -> Self {
        Self {
            phase: Mutex::new(Phase::Running),
            changed: Notify::new(),
            begun_at: OnceLock::new(),
            by_main: AtomicBool::new(false),
            is_abandoned: AtomicBool::new(false),
            failure: OnceLock::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes why the node has failed. The first failure counts.
    pub(crate) fn note_failure(&self, why: String) {
        let _ = self.failure.set(why);
    }

    /// Returns why the node has failed, if it has.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }

    pub(crate) fn has_begun(&self) -> bool {
        !matches!(*self.lock(), Phase::Running)
    }

    pub(crate) fn report(&self) -> Option<StopReport> {
        match &*self.lock() {
            Phase::Stopped(report) => Some(report.clone()),
            Phase::Running | Phase::Stopping => None,
        }
    }

    /// Notes that the node is abandoned.
    pub(crate) fn note_abandoned(&self) {
        self.is_abandoned.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }

    /// Notes that `main`, or another owner of a context that is not a worker's, requests the stop.
    pub(crate) fn note_main(&self) {
        self.by_main.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_by_main(&self) -> bool {
        self.by_main.load(Ordering::Relaxed)
    }

    /// Returns what is left of a time that began with the stop.
    pub(crate) fn left(&self, time: Duration) -> Duration {
        time.saturating_sub(self.elapsed_at(clock::thread_now()))
    }

    /// Returns how long the stop has taken at an instant.
    pub(crate) fn elapsed_at(&self, instant: Instant) -> Duration {
        let begun_at = self.begun_at.get();
        begun_at.map_or(Duration::ZERO, |begun_at| {
            instant.saturating_duration_since(*begun_at)
        })
    }

    /// Begins the stop. Returns `true` if it had not begun before.
    pub(crate) fn begin(&self) -> bool {
        let mut phase = self.lock();
        let begins = matches!(*phase, Phase::Running);
        if begins {
            // Only the first stop begins, so the cell is empty.
            let _ = self.begun_at.set(clock::thread_now());
            *phase = Phase::Stopping;
            drop(phase);
            self.changed.notify_waiters();
        }
        begins
    }

    /// Finishes the stop. Returns `true` if it had not been finished before.
    pub(crate) fn finish(&self, report: StopReport) -> bool {
        let mut phase = self.lock();
        let finishes = !matches!(*phase, Phase::Stopped(_));
        if finishes {
            *phase = Phase::Stopped(report);
            drop(phase);
            self.changed.notify_waiters();
        }
        finishes
    }

    /// Waits until the stop has begun.
    pub(crate) async fn begun(&self) {
        self.wait(|phase| !matches!(phase, Phase::Running)).await;
    }

    /// Waits until the node has stopped.
    pub(crate) async fn finished(&self) {
        self.wait(|phase| matches!(phase, Phase::Stopped(_))).await;
    }

    async fn wait(&self, reached: fn(&Phase) -> bool) {
        loop {
            // Created before the phase is read, so that no change in between is missed.
            let changed = self.changed.notified();
            if reached(&self.lock()) {
                return;
            }
            changed.await;
        }
    }
}
