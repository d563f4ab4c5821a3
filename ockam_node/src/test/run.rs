use std::future::Future;
use std::time::Duration;

use tokio::runtime::Builder;

use super::verdict::Verdict;
use crate::context::Context;
use crate::log::{Record, Trouble};
use crate::run::entry::Ended;
use crate::run::{Ends, Executor, NodeBuilder};
use crate::task;
use crate::time::clock;

/// How long a test may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How long a test with a paused clock may take, by that clock. A test that waits for what never comes
/// gets there at once.
#[cfg(feature = "test-util")]
pub(super) const PAUSED_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the tasks of a test may take to end when the node has stopped. They have been told to.
const TASKS_GRACE: Duration = Duration::from_secs(1);

/// How many turns they get on the thread of the test.
const TURNS_TO_END: usize = 100;

/// A test on a node of its own, as the attribute `#[ockam::test]` describes it.
#[derive(Debug)]
pub struct TestRun {
    pub(super) name: &'static str,
    pub(super) builder: NodeBuilder,
    pub(super) timeout: Duration,
    pub(super) allowed: Vec<Trouble>,
    is_paused: bool,
    /// How many orders of events the test is run with. 0 is an ordinary run.
    #[cfg(feature = "test-util")]
    pub(super) seeds: u64,
    /// Whether all of them are the usual one.
    #[cfg(feature = "test-util")]
    pub(super) is_in_order: bool,
}

impl TestRun {
    /// Creates a test of this name, on a node.
    pub fn new(name: &'static str, builder: NodeBuilder) -> Self {
        Self {
            name,
            // The lines would be those of another thread, and a test may be run beside many others.
            builder: builder.block_warning(Duration::ZERO),
            timeout: TIMEOUT,
            allowed: Vec::new(),
            is_paused: false,
            #[cfg(feature = "test-util")]
            seeds: 0,
            #[cfg(feature = "test-util")]
            is_in_order: false,
        }
    }

    /// Sets how many seconds the test may take.
    #[must_use]
    pub fn timeout(mut self, seconds: u64) -> Self {
        self.timeout = Duration::from_secs(seconds);
        self
    }

    /// Lets something happen that nobody is told of.
    #[must_use]
    pub fn allow(mut self, trouble: Trouble) -> Self {
        self.allowed.push(trouble);
        self
    }

    /// Pauses the clock of the node. It moves on when nothing else is to be done. The time limit of the
    /// test is set after this.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn paused(mut self) -> Self {
        self.is_paused = true;
        self.timeout = PAUSED_TIMEOUT;
        self
    }

    /// Runs the test with so many orders of events, in simulated time. The time limit of the test is set
    /// after this.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn seeds(mut self, seeds: u64) -> Self {
        self.seeds = seeds;
        self.timeout = PAUSED_TIMEOUT;
        self
    }

    /// Runs tasks in the order in which they were woken, whatever the seed: to compare with.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.is_in_order = true;
        self
    }

    /// Runs the test, and stops its node.
    ///
    /// # Panics
    ///
    /// Panics if the test fails, or leaves something that nobody was told of.
    pub fn run<F, Fut>(self, test: F)
    where
        F: Fn(Context) -> Fut,
        Fut: Future<Output = Ended>,
    {
        #[cfg(feature = "test-util")]
        if let Some(seeds) = self.chosen_seeds() {
            return self.run_seeds(seeds, &test);
        }
        let record = Record::allowing(self.allowed);
        let _recorded = record.enter();
        let is_on_current_thread = self.builder.is_on_current_thread();
        #[cfg(feature = "test-util")]
        let _watched = is_on_current_thread.then(task::idle::Watched::begin);
        let is_paused = self.is_paused;
        let on_threads = record.clone();
        let built = self.builder.build_with(|runtime| {
            runtime.enable_all();
            runtime.on_thread_start(move || on_threads.enter_for_good());
            prepare(runtime, is_on_current_thread, is_paused);
        });
        let (ctx, mut executor) = built.unwrap_or_else(|error| panic!("no node: {error:?}"));
        let node = executor.node().clone();
        let timeout = self.timeout;
        let ending = executor.drive(
            Ends::Never,
            async {
                let ended = clock::limit(timeout, test(ctx)).await;
                node.request_stop();
                ended
            },
            |_| false,
        );
        let ending = ending.unwrap_or_else(|error| panic!("no node: {error:?}"));
        let left = tasks_left(&executor, is_on_current_thread && is_paused);
        drop(executor);
        if left > 0 {
            let what = format!("tasks that go on after the node has stopped: {left}");
            record.add_untold(Trouble::Tasks, what);
        }
        let untold = record.take_untold();
        let verdict = Verdict::of(ending, &format_args!("{timeout:?}"));
        verdict.and(&untold).pronounce(self.name, &record);
    }
}

/// Sets up the clock of a test, and being told when its thread has nothing to run.
#[cfg(feature = "test-util")]
fn prepare(runtime: &mut Builder, is_on_current_thread: bool, is_paused: bool) {
    runtime.start_paused(is_paused);
    if is_on_current_thread {
        runtime.on_thread_park(|| {
            task::idle::parks();
        });
    }
}

#[cfg(not(feature = "test-util"))]
fn prepare(_: &mut Builder, _: bool, _: bool) {}

/// Lets the tasks of a node that has stopped end, and counts those that don't.
fn tasks_left(executor: &Executor, is_paused: bool) -> usize {
    let runtime = executor.runtime();
    let tasks = runtime.metrics();
    task::block_on(runtime, async {
        if is_paused {
            // Not until time moves on, which it never does if a task goes on and on.
            for _ in 0..TURNS_TO_END {
                task::yield_now().await;
            }
            return;
        }
        let ended = async {
            while tasks.num_alive_tasks() > 0 {
                task::yield_now().await;
            }
        };
        // A socket may take a moment to close. Those that are left are counted below.
        let _ = clock::limit(TASKS_GRACE, ended).await;
    });
    tasks.num_alive_tasks()
}
