//! One run of a test in simulated time, with one order of events.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::time::Duration;

use ockam_core::random::Seeded;
use tokio::task::LocalSet;

use super::hush::Hushed;
use super::run::TestRun;
use super::verdict::Verdict;
use crate::context::Context;
use crate::log::{Record, Trouble};
use crate::panics::caught;
use crate::run::entry::Ended;
use crate::run::{Ending, Executor};
use crate::task::seeded::{self, Choices, Simulated};
use crate::task::{self, idle, until};
use crate::time::clock::{self, Instant};

/// How long tasks may take to end, in simulated time.
const SETTLE: Duration = Duration::from_secs(60);

thread_local! {
    static AT_END: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
    static BEGIN: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// What happened in a run.
pub(super) struct Simulation {
    pub(super) failure: Option<String>,
    /// Whether the run was given up.
    pub(super) is_endless: bool,
    /// What the scheduler decided.
    pub(super) decided: Vec<u16>,
    /// If they were asked for.
    pub(super) events: Vec<String>,
}

impl TestRun {
    pub(super) fn simulate<F, Fut>(
        &self,
        seed: u64,
        choices: Choices,
        with_events: bool,
        test: &F,
    ) -> Simulation
    where
        F: Fn(Context) -> Fut,
        Fut: Future<Output = Ended>,
    {
        let record = match with_events {
            true => Record::of_events(self.allowed.clone(), elapsed),
            false => Record::allowing(self.allowed.clone()),
        };
        let _recorded = record.enter();
        let _hushed = Hushed::begin();
        let _random = Seeded::begin(seed);
        let _watched = idle::Watched::begin();
        let mut simulated = Simulated::begin(seed, choices);
        let built = self.builder.clone().build_with(|runtime| {
            // Without I/O, so that nothing of the network outside gets in.
            runtime.enable_time().start_paused(true);
            runtime.on_thread_park(seeded::parks);
        });
        let (ctx, executor) = built.unwrap_or_else(|error| panic!("no node: {error:?}"));
        let node = executor.node().clone();
        let endless = simulated.endless();
        // For what a simulated network runs beside the test: it needn't be `Send`.
        let local = LocalSet::new();
        let whole = async {
            BEGIN.set(Some(clock::now()));
            let ended = clock::limit(self.timeout, caught(async { test(ctx).await })).await;
            node.request_stop();
            node.stopping.finished().await;
            let at_end = AT_END.take();
            at_end.into_iter().for_each(|end| end());
            settle(&executor).await;
            ended
        };
        let main = seeded::schedule(local.run_until(until(endless, whole)));
        let ended = task::block_on(executor.runtime(), main);
        let left = executor.runtime().metrics().num_alive_tasks();
        if left > 0 && ended.is_some() {
            let what = format!("tasks that go on after the node has stopped: {left}");
            record.add_untold(Trouble::Tasks, what);
        }
        let (untold, events) = (record.take_untold(), record.lines());
        let ran = simulated.end();
        BEGIN.set(None);
        // A run that was given up has left them.
        drop(AT_END.take());
        drop(local);
        drop(executor);
        let is_endless = ended.is_none();
        let verdict = match ended {
            Some(ended) => Verdict::of(ending(ended), &format_args!("{:?}", self.timeout)),
            None => Verdict::Failed(format!("the run goes on without end: {} steps", ran.steps)),
        };
        Simulation {
            is_endless,
            failure: verdict.and(&untold).into_failure(),
            decided: ran.decided,
            events,
        }
    }
}

/// Lets tasks that end come to their end, some of them after a while.
async fn settle(executor: &Executor) {
    let tasks = executor.runtime().metrics();
    let mut pause = Duration::from_millis(1);
    idle::idle().await;
    while tasks.num_alive_tasks() > 0 && pause < SETTLE {
        clock::sleep(pause).await;
        pause *= 2;
    }
}

/// Calls a function when the node of the test has stopped. Without a simulation, it is called at once.
pub fn at_end(end: impl FnOnce() + 'static) {
    match seeded::is_simulated() {
        true => AT_END.with_borrow_mut(|at_end| at_end.push(Box::new(end))),
        false => end(),
    }
}

fn ending(ended: Option<Result<Ended, crate::panics::Panic>>) -> Ending<Option<Ended>> {
    match ended {
        Some(Ok(ended)) => Ending::Returned(Some(ended)),
        Some(Err(panic)) => Ending::Panicked(panic),
        None => Ending::Returned(None),
    }
}

/// Returns the simulated time since the run began.
fn elapsed() -> Duration {
    let begin = BEGIN.get();
    begin.map_or(Duration::ZERO, |begin| {
        clock::now().saturating_duration_since(begin)
    })
}
