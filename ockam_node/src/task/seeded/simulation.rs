use std::cell::RefCell;
use std::future::{Future, pending};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;

use super::decisions::{Choices, Decisions, Ticket};
use crate::task::idle;

/// The number of steps after which a run is given up: it has no end.
const MAX_STEPS: u64 = 100_000;

thread_local! {
    pub(super) static CURRENT: RefCell<Option<Simulation>> = const { RefCell::new(None) };
}

/// The state of the scheduler of a thread.
pub(super) struct Simulation {
    decisions: Decisions,
    /// The tasks that can go on, in the order in which they were woken.
    ready: Vec<(Ticket, Waker)>,
    /// The task that was chosen.
    granted: Option<Ticket>,
    pub(super) last_ticket: Ticket,
    steps: u64,
    /// Told when the run is given up.
    endless: Option<oneshot::Sender<()>>,
}

/// A simulation on the calling thread, until it is dropped.
#[must_use = "the simulation ends when this is dropped"]
pub(crate) struct Simulated {
    endless: Option<oneshot::Receiver<()>>,
}

/// What is known of a run when it is over.
#[derive(Debug)]
pub(crate) struct Ran {
    /// What was decided, to repeat the run by [`Choices::Replayed`].
    pub(crate) decided: Vec<u16>,
    pub(crate) steps: u64,
}

impl Simulated {
    /// Begins a simulation whose first task is that of the test.
    pub(crate) fn begin(seed: u64, choices: Choices) -> Self {
        let (sender, receiver) = oneshot::channel();
        let simulation = Simulation {
            decisions: Decisions::new(seed, choices),
            ready: Vec::new(),
            granted: None,
            last_ticket: 0,
            steps: 0,
            endless: Some(sender),
        };
        CURRENT.set(Some(simulation));
        Self {
            endless: Some(receiver),
        }
    }

    /// Waits until the run is given up because it goes on and on.
    pub(crate) fn endless(&mut self) -> impl Future<Output = ()> + use<> {
        let endless = self.endless.take();
        async move {
            let told = match endless {
                Some(endless) => endless.await.is_ok(),
                None => false,
            };
            if !told {
                pending().await
            }
        }
    }

    /// Ends the simulation.
    pub(crate) fn end(self) -> Ran {
        let simulation = CURRENT.take();
        let simulation = simulation.expect("it is taken here and by the drop alone");
        Ran {
            decided: simulation.decisions.into_decided(),
            steps: simulation.steps,
        }
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        // The wakers are dropped when the state is free to be used again.
        drop(CURRENT.take());
    }
}

/// Returns whether the thread simulates.
pub fn is_simulated() -> bool {
    CURRENT.with_borrow(Option::is_some)
}

/// Chooses the next task to run. Tokio calls this when it has nothing to run.
pub(crate) fn parks() {
    let (chosen, gives_up) = CURRENT
        .with_borrow_mut(|current| current.as_mut().map_or((None, None), Simulation::next_step));
    if let Some(sender) = gives_up {
        // The test may have ended.
        let _ = sender.send(());
    }
    match chosen {
        Some(task) => task.wake(),
        None => {
            idle::parks();
        }
    }
}

impl Simulation {
    fn next_step(&mut self) -> (Option<Waker>, Option<oneshot::Sender<()>>) {
        if self.ready.is_empty() {
            return (None, None);
        }
        self.steps += 1;
        let gives_up = (self.steps >= MAX_STEPS)
            .then(|| self.endless.take())
            .flatten();
        let tickets = self.ready.iter().map(|(ticket, _)| *ticket);
        let at = match self.steps >= MAX_STEPS {
            // The test's own task gives up.
            true => self
                .ready
                .iter()
                .position(|(ticket, _)| *ticket == 1)
                .unwrap_or(0),
            false => self.decisions.choose(tickets),
        };
        let (ticket, waker) = self.ready.remove(at);
        self.granted = Some(ticket);
        (Some(waker), gives_up)
    }

    /// Returns whether it is a task's turn. If not, the task waits for it.
    pub(super) fn is_turn(&mut self, ticket: Ticket, waker: &Waker) -> bool {
        if self.granted == Some(ticket) {
            self.granted = None;
            return true;
        }
        match self.ready.iter_mut().find(|(other, _)| *other == ticket) {
            Some((_, other)) if other.will_wake(waker) => {}
            Some((_, other)) => *other = waker.clone(),
            None => self.ready.push((ticket, waker.clone())),
        }
        false
    }

    pub(super) fn forget(&mut self, ticket: Ticket) -> Option<Waker> {
        if self.granted == Some(ticket) {
            self.granted = None;
        }
        let at = self.ready.iter().position(|(other, _)| *other == ticket)?;
        Some(self.ready.remove(at).1)
    }
}

/// Lets other tasks run here, if the scheduler decides so. Each call of the node is a point where, on
/// several threads, another task could come in between.
pub(crate) fn preempt(cx: &Context<'_>) -> Poll<()> {
    let is_preempted = CURRENT.with_borrow_mut(|current| {
        let simulation = current.as_mut();
        simulation.is_some_and(|simulation| simulation.decisions.preempts())
    });
    if is_preempted {
        cx.waker().wake_by_ref();
        return Poll::Pending;
    }
    Poll::Ready(())
}

/// Returns a number below `end` that the seed decides. What is usual is 0. Without a simulation it is 0.
pub fn decide(end: u64) -> u64 {
    CURRENT.with_borrow_mut(|current| {
        let simulation = current.as_mut();
        simulation.map_or(0, |simulation| simulation.decisions.decide(end))
    })
}
