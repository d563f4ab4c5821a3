//! The thread that sees to it that a node that is being stopped ends.
//!
//! It needs none of the node's threads, because handlers or `main` may block all of them.
//!
//! ```text
//!  the stop begins ── stop_timeout ──▶ end ── 1.5 s ──▶ 1.75 s ──▶ 2 s
//!                                               │          │        └ the process ends
//!                                               │          └ `main` is dropped, a second after the stop
//!                                               └ the stop is given up
//! ```

use std::future::{Future, pending};
use std::io;
use std::process;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::aside;
use super::signals::NodeSignals;
use crate::log;
use crate::node::Node;
use crate::task::{self, blocking, until};

/// The time that `main` may go on after something else has stopped its node.
const MAIN_GRACE: Duration = Duration::from_secs(1);

/// The times after the deadline of a stop when it is given up, when `main` is dropped at the latest, and
/// when the process ends. A stop in good order takes a second more than its deadline if it has to kill
/// workers that block their threads.
const STOP_ENDS: Duration = Duration::from_millis(1500);
const MAIN_ENDS: Duration = Duration::from_millis(1750);
pub(super) const PROCESS_ENDS: Duration = Duration::from_secs(2);

/// The time that the log has to write why something is given up.
const SAY_WITHIN: Duration = Duration::from_millis(100);

/// Says when a stop that `main` doesn't end after ends the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ends {
    /// Always: `main` is that of the program.
    Always,
    /// If a signal asked for the stop.
    AfterSignal,
    /// Never, and no signals are listened to.
    Never,
}

/// Watches the stop of a node, until it is dropped.
pub(super) struct Watch {
    main_is_over: Arc<Notify>,
    /// `drop` takes them.
    thread: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    signals: Option<Arc<NodeSignals>>,
}

/// What the thread has.
struct Watched {
    node: Arc<Node>,
    main_is_over: Arc<Notify>,
    signals: Option<Arc<NodeSignals>>,
    ends: Ends,
    /// Done when the watch ends.
    ended: oneshot::Receiver<()>,
}

impl Watch {
    /// Begins to watch.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if it does not provide the thread.
    pub(super) fn begin(node: &Arc<Node>, ends: Ends) -> io::Result<Self> {
        let main_is_over = Arc::new(Notify::new());
        let (end, ended) = oneshot::channel();
        let signals = (ends != Ends::Never).then(|| Arc::new(NodeSignals::listen(node)));
        let watched = Watched {
            node: node.clone(),
            main_is_over: main_is_over.clone(),
            signals: signals.clone(),
            ends,
            ended,
        };
        let thread = task::spawn_thread(format!("{} watch", node.name()), move || {
            let _ = watched.run();
        })?;
        Ok(Self {
            main_is_over,
            thread: Some((end, thread)),
            signals,
        })
    }

    /// Waits until something else than `main` has stopped the node, and `main` has gone on for too long.
    pub(super) async fn main_is_over(&self) {
        self.main_is_over.notified().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.signals.iter().for_each(|signals| signals.end());
        if let Some((end, thread)) = self.thread.take() {
            drop(end);
            // It does not panic, and ends at once.
            let _ = thread.join();
        }
    }
}

impl Watched {
    /// Watches the stop, and ends the process if that is what is left. Returns `None` when the watch
    /// ends before.
    fn run(mut self) -> Option<()> {
        let node = self.node.clone();
        let stopping = &node.stopping;
        self.wait(stopping.begun(), Duration::MAX)?;
        let timeout = node.settings.stop_timeout;
        let left = stopping.left(timeout.saturating_add(STOP_ENDS));
        if self.wait(stopping.finished(), left)?.is_none() {
            node.abandon();
            self.say(
                "the stop takes too long and is given up: something blocks the node's threads",
            );
        }
        let mut end = timeout;
        let mut is_signalled = false;
        if stopping.is_by_main() {
            // `main` takes its time, unless a signal comes.
            end = self.signalled(end)?;
            is_signalled = true;
        }
        let left = stopping.left(end.saturating_add(MAIN_ENDS));
        self.wait(pending::<()>(), MAIN_GRACE.min(left))?;
        self.main_is_over.notify_one();
        if self.ends != Ends::Always && !is_signalled {
            end = self.signalled(end)?;
        }
        let left = stopping.left(end.saturating_add(PROCESS_ENDS));
        self.wait(pending::<()>(), left)?;
        self.say(
            "the process ends: `main` goes on after the node was stopped, and can't be dropped",
        );
        match &self.signals {
            Some(signals) if self.ends == Ends::AfterSignal => signals.give_up(),
            _ => process::exit(0),
        }
        Some(())
    }

    /// Waits for a signal. Returns the end of the stop, as time after its beginning, which is not before
    /// the signal.
    fn signalled(&mut self, end: Duration) -> Option<Duration> {
        let Some(signals) = self.signals.clone() else {
            self.wait(pending::<()>(), Duration::MAX)?;
            return None;
        };
        let first = self.wait(signals.first(), Duration::MAX)??;
        let stopping = &self.node.stopping;
        Some(end.max(stopping.elapsed_at(first)))
    }

    /// Waits for an event. Returns `None` if the watch has ended, and `Some(None)` when the time is over.
    fn wait<F: Future>(&mut self, event: F, timeout: Duration) -> Option<Option<F::Output>> {
        match blocking::limit(until(&mut self.ended, event), timeout) {
            Some(None) => None,
            Some(happened) => Some(happened),
            None => Some(None),
        }
    }

    /// Warns of what happens, and goes on if the log blocks.
    fn say(&self, what: &'static str) {
        let node = self.node.clone();
        aside::run(SAY_WITHIN, move || {
            log::warn_node(node.name(), format_args!("{what}"));
            log::flush(SAY_WITHIN);
        });
    }
}
