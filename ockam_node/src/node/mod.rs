//! The state of a node, and its stop.

mod blocked;
mod blocking;
mod dead_letters;
mod feed;
mod guarded;
mod kill;
mod log_repeated;
mod lost_messages;
mod repeated;
mod settings;
mod stop;
mod stop_in_turn;
mod stopping;
mod waits;
mod watchdog;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::delivery::Router;
use crate::observe::Recordings;
use crate::random;
use crate::time::{NodeRuntime, Timer};

use blocked::Blocked;
pub(crate) use blocking::BlockingCalls;
pub use dead_letters::{DeadLetter, Denial};
use dead_letters::{DeadLetters, Denials};
pub use feed::Feed;
use guarded::Guarded;
pub(crate) use kill::{KILL_GRACE, kill};
pub(crate) use lost_messages::LostMessages;
use repeated::Repeated;
pub(crate) use settings::Settings;
pub(crate) use stop_in_turn::{StopInTurn, end_by, kill_overdue};
pub use stopping::StopReport;
use stopping::Stopping;
pub(crate) use waits::{Question, Wait, Waits};

/// The state that the contexts, senders and handles of one node share.
pub(crate) struct Node {
    pub(crate) settings: Settings,
    pub(crate) runtime: Arc<NodeRuntime>,
    pub(crate) router: Router,
    pub(crate) stopping: Stopping,
    pub(crate) dead_letters: DeadLetters,
    /// How many messages from other nodes were for what is not exposed to them.
    pub(crate) denied: Denials,
    pub(crate) guarded: Guarded,
    pub(crate) blocking: BlockingCalls,
    pub(crate) recordings: Recordings,
    repeated: Repeated,
    /// Which worker waits for whose answer.
    pub(crate) waits: Waits,
    /// The timer of waits that have no timer of their own.
    pub(crate) timer: Timer,
    /// A task that abandons the node when the runtime drops it. Only a node on a runtime of its user
    /// has one.
    abandon_task: OnceLock<AbortHandle>,
    /// Identifies the node among those whose workers are watched for blocks. It is 0 if they are not.
    number: u64,
    blocked: Blocked,
    last_id: AtomicU64,
    /// What tells the numbers of this node from those of others, for peers. Set when the first one asks.
    numbers_from: OnceLock<u64>,
}

impl Node {
    pub(crate) fn new(settings: Settings, runtime: Handle) -> Arc<Self> {
        let blocking = BlockingCalls::new(settings.blocking_threads);
        let name = settings.own_name().map(str::to_owned);
        Arc::new(Self {
            number: blocked::node_number(settings.block_warning),
            blocked: Blocked::default(),
            settings,
            runtime: Arc::new(NodeRuntime::new(runtime)),
            router: Router::new(name.as_deref()),
            stopping: Stopping::new(),
            dead_letters: DeadLetters::default(),
            denied: Denials::default(),
            guarded: Guarded::default(),
            blocking,
            recordings: Recordings::default(),
            repeated: Repeated::default(),
            waits: Waits::default(),
            timer: Timer::new(),
            abandon_task: OnceLock::new(),
            last_id: AtomicU64::new(0),
            numbers_from: OnceLock::new(),
        })
    }

    /// Returns a number that has not been used on this node.
    pub(crate) fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Returns a number of this node as peers know it. No other node has it, nor this one when it has been started
    /// again, unless by a rare chance.
    pub(crate) fn number_for_peers(&self, number: u64) -> u64 {
        let from = self.numbers_from.get_or_init(random::number);
        from.wrapping_add(number).max(1)
    }

    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.abandon_task.take().inspect(AbortHandle::abort);
        self.watch_no_more();
    }
}
