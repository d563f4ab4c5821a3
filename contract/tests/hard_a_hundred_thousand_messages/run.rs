//! One run: the senders, and the task that starts, stops and kills the receiver.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ockam::{Context, ErrorKind, NodeBuilder, Result, Sender, WorkerBuilder};
use ockam_contract::hush::hush;
use ockam_contract::pace::soon;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::{JoinSet, yield_now};

use super::chance::Chance;
use super::outcomes::{EACH, MESSAGES, Outcomes, SENDERS};
use super::receiver::{Habits, Receiver};

/// The parameters of a run.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    pub(crate) habits: Habits,
    pub(crate) stopped: bool,
    pub(crate) killed: bool,
    pub(crate) node_stops: bool,
}

/// The numbers of messages by outcome.
pub(crate) struct Counts {
    pub(crate) given_back: u64,
    pub(crate) dead_letters: u64,
}

impl Run {
    pub(crate) fn new(habits: Habits) -> Self {
        Self {
            seed: 1,
            threads: 2,
            habits,
            stopped: false,
            killed: false,
            node_stops: false,
        }
    }

    pub(crate) fn of_everything(seed: u64) -> Self {
        let habits = Habits {
            slow: 7,
            fails: 50,
            panics: 900,
            stops: 700,
            kills_itself: 1_100,
        };
        Self {
            seed,
            stopped: true,
            killed: true,
            ..Self::new(habits)
        }
    }

    /// Sends a hundred thousand messages, and checks the outcome of each.
    pub(crate) fn run(self) -> Counts {
        hush();
        self.runtime()
            .block_on(self.account())
            .expect("the node starts")
    }

    fn runtime(self) -> Runtime {
        let mut builder = match self.threads {
            1 => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        let runtime = builder.worker_threads(self.threads).enable_all().build();
        runtime.expect("a runtime")
    }

    async fn account(self) -> Result<Counts> {
        let ctx = NodeBuilder::new().start().await?;
        let outcomes = Outcomes::new();
        let over = Arc::new(AtomicBool::new(false));
        let mut senders = JoinSet::new();
        let starts = watch::Sender::new(0);
        for number in 0..SENDERS {
            let (sender, outcomes, starts) = (ctx.sender(), outcomes.clone(), starts.subscribe());
            let chance = Chance::new(self.seed + 100 * number);
            senders.spawn(send_all(number, sender, outcomes, starts, chance));
        }
        let keeper = ctx.open("keeper")?;
        let keeping = tokio::spawn(self.keep(keeper, outcomes.clone(), starts, over.clone()));
        let sent = soon(async {
            while let Some(sent) = senders.join_next().await {
                sent.expect("no sender fails");
            }
        });
        sent.await;
        over.store(true, Ordering::Relaxed);
        soon(keeping).await.expect("the keeper does not panic");
        soon(ctx.stop()).await?;

        let (handled, given_back) = (outcomes.handled(), outcomes.given_back());
        let dead_letters = ctx.dead_letters();
        assert_eq!(
            handled + given_back + dead_letters,
            MESSAGES,
            "{handled} handled, {given_back} given back, {dead_letters} dead letters"
        );
        assert!(handled > 0, "the receiver was there");
        assert_eq!(outcomes.dropped(), MESSAGES, "none is kept anywhere");
        Ok(Counts {
            given_back,
            dead_letters,
        })
    }

    /// Starts the receiver again and again, and stops and kills it.
    async fn keep(
        self,
        ctx: Context,
        outcomes: Arc<Outcomes>,
        starts: watch::Sender<u64>,
        over: Arc<AtomicBool>,
    ) {
        let mut chance = Chance::new(self.seed);
        while !over.load(Ordering::Relaxed) {
            let receiver = Receiver {
                outcomes: outcomes.clone(),
                habits: self.habits,
                chance: Chance::new(chance.below(u64::MAX)),
            };
            let capacity = 1 + chance.below(64) as usize;
            let worker = WorkerBuilder::new("receiver", receiver).mailbox_capacity(capacity);
            // This fails while there is one, and once the node stops.
            if worker.start(&ctx).await.is_ok() {
                starts.send_modify(|starts| *starts += 1);
            }
            for _ in 0..chance.below(50) {
                yield_now().await;
            }
            if self.stopped && chance.once_in(3) {
                let _ = ctx.stop_worker("receiver").await;
            }
            if self.killed && chance.once_in(3) {
                let _ = ctx.kill_worker("receiver").await;
            }
            if self.node_stops && outcomes.handled() > MESSAGES / 4 {
                let _ = ctx.stop().await;
                return;
            }
        }
    }
}

/// Sends the messages of one sender in order, each in a random way.
async fn send_all(
    number: u64,
    sender: Sender,
    outcomes: Arc<Outcomes>,
    mut starts: watch::Receiver<u64>,
    mut chance: Chance,
) {
    for id in number * EACH..(number + 1) * EACH {
        starts.mark_unchanged();
        let message = outcomes.message(id);
        let sent = match chance.below(8) {
            0 => sender.try_send("receiver", message),
            1 => {
                let asked = sender.ask::<u64>("receiver", message).await;
                asked.map(|answer| assert_eq!(answer, id))
            }
            _ => sender.send_message("receiver", message).await,
        };
        let Err(mut error) = sent else { continue };
        match error.take() {
            Some(message) => outcomes.is_given_back(&message),
            // It was accepted, and then handled or counted as a dead letter.
            None => assert_ne!(error.kind(), ErrorKind::TimedOut, "nothing is left waiting"),
        }
        if error.kind() != ErrorKind::MailboxFull && !chance.once_in(10) {
            // Waits for the next receiver, or until there will be none.
            let _ = starts.changed().await;
        }
    }
}
