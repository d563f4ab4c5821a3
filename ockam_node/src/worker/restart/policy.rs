use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::Error;

/// Says when a worker is started again, how often, and after what delay.
///
/// A worker that [`WorkerBuilder::from_fn`](crate::WorkerBuilder::from_fn) makes is started again on failure
/// unless it says otherwise: up to 5 times within 10 s, the first time at once, then after 100 ms, 200 ms and
/// so on, up to 10 s. A stop or a kill that was asked for never starts it again and never counts.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use ockam_node::Restart;
///
/// let patient = Restart::on_failure()
///     .at_most(100, Duration::from_secs(60))
///     .backoff(Duration::from_millis(10), Duration::from_secs(1));
/// # let _ = patient;
/// ```
#[derive(Clone)]
#[must_use = "a policy does nothing until `restart` is called with it"]
pub struct Restart {
    pub(in crate::worker) when: When,
    pub(super) at_most: u32,
    pub(super) within: Duration,
    pub(super) shortest_delay: Duration,
    pub(super) longest_delay: Duration,
    fatal: Option<Arc<IsFatal>>,
    pub(in crate::worker) is_essential: bool,
}

type IsFatal = dyn Fn(&Error) -> bool + Send + Sync;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::worker) enum When {
    Never,
    OnFailure,
    Always,
}

impl Restart {
    fn when(when: When) -> Self {
        Self {
            when,
            at_most: 5,
            within: Duration::from_secs(10),
            shortest_delay: Duration::from_millis(100),
            longest_delay: Duration::from_secs(10),
            fatal: None,
            is_essential: false,
        }
    }

    /// Never starts the worker again.
    ///
    /// # Examples
    ///
    /// ```
    /// # let _ =
    /// ockam_node::Restart::never();
    /// ```
    pub fn never() -> Self {
        Self::when(When::Never)
    }

    /// Starts the worker again when it fails: when it panics, or returns an error that counts as
    /// [fatal](Self::fatal), or is linked with one that has failed.
    ///
    /// # Examples
    ///
    /// ```
    /// # let _ =
    /// ockam_node::Restart::on_failure();
    /// ```
    pub fn on_failure() -> Self {
        Self::when(When::OnFailure)
    }

    /// Starts the worker again when it fails, and also when it stops itself. Its `shutdown` runs before.
    ///
    /// # Examples
    ///
    /// ```
    /// # let _ =
    /// ockam_node::Restart::always();
    /// ```
    pub fn always() -> Self {
        Self::when(When::Always)
    }

    /// Sets how often the worker is started again within a sliding window. One more failure in it, and the
    /// worker gives up. `u32::MAX` means that it never does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let _ =
    /// ockam_node::Restart::on_failure().at_most(3, Duration::from_secs(60));
    /// ```
    pub fn at_most(mut self, restarts: u32, within: Duration) -> Self {
        (self.at_most, self.within) = (restarts, within);
        self
    }

    /// Sets the delays: the first restart is at once, the next one after `from`, and then the delay doubles up
    /// to `to`. Up to a quarter of each is taken off at random. After a window without failure it begins anew.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let _ =
    /// ockam_node::Restart::on_failure().backoff(Duration::from_millis(5), Duration::from_secs(1));
    /// ```
    pub fn backoff(mut self, from: Duration, to: Duration) -> Self {
        (self.shortest_delay, self.longest_delay) = (from.min(to), to);
        self
    }

    /// Sets which errors of a handler count as a failure of the worker. Without this, none does.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::ErrorKind;
    /// use ockam_node::Restart;
    ///
    /// let restart = Restart::on_failure().fatal(|error| error.kind() == ErrorKind::Stopped);
    /// # let _ = restart;
    /// ```
    pub fn fatal(mut self, fatal: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
        self.fatal = Some(Arc::new(fatal));
        self
    }

    /// Stops the node with an error when the worker has given up and has no supervisor.
    ///
    /// # Examples
    ///
    /// ```
    /// # let _ =
    /// ockam_node::Restart::on_failure().essential();
    /// ```
    pub fn essential(mut self) -> Self {
        self.is_essential = true;
        self
    }

    /// Returns `true` if the error of a handler counts as a failure.
    pub(in crate::worker) fn is_fatal(&self, error: &Error) -> bool {
        self.fatal.as_ref().is_some_and(|fatal| fatal(error))
    }
}

impl Default for Restart {
    fn default() -> Self {
        Self::on_failure()
    }
}

impl fmt::Debug for Restart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restart")
            .field("when", &self.when)
            .field("at_most", &self.at_most)
            .field("within", &self.within)
            .field("backoff", &(self.shortest_delay, self.longest_delay))
            .field("essential", &self.is_essential)
            .finish_non_exhaustive()
    }
}
