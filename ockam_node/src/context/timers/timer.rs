use std::fmt;
use std::sync::Arc;

use tokio::task::AbortHandle;

use super::state::TimerState;

/// A message that is sent later, or again and again.
///
/// [`Context::send_after`](crate::Context::send_after), [`send_every`](crate::Context::send_every) and
/// [`send_when_idle`](crate::Context::send_when_idle) return it. The timer goes on if this is dropped, and
/// ends with the worker that made it.
///
/// # Examples
///
/// ```
/// # use std::time::Duration;
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// let reminder = ctx.send_after(Duration::from_secs(3600), "app", "lunch".to_string());
/// assert!(reminder.cancel());
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Timer {
    state: Arc<TimerState>,
    task: AbortHandle,
}

impl Timer {
    pub(super) fn new(state: Arc<TimerState>, task: AbortHandle) -> Self {
        Self { state, task }
    }

    /// Cancels the timer. Returns `true` if this prevents a message.
    ///
    /// A message that waits for room is prevented, and so is one that waits in the mailbox of the worker
    /// that made the timer. `false` means that the message was sent or is being sent at this moment, or that
    /// the timer was cancelled before. A timer that sends again and again sends nothing more after `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let timer = ctx.send_after(Duration::ZERO, "app", 7_u64);
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// assert!(!timer.cancel(), "it was received");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn cancel(&self) -> bool {
        let cancelled = self.state.cancel();
        if cancelled {
            self.task.abort();
        }
        cancelled
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer").finish_non_exhaustive()
    }
}
