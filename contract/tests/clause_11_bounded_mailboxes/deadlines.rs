//! Deadlines in a row: each is kept to the second, independent of the waits before.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Sender, Worker, WorkerHandle};
use ockam_contract::gated::gated;
use ockam_contract::pace::{at_rest, poll_once, soon};
use proptest::prelude::*;
use tokio::time::{Instant, sleep};

/// Answers even numbers, and never answers odd ones.
struct Even(Vec<ockam::Route>);

impl Worker for Even {
    type Message = u64;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: ockam::Routed<u64>) -> Result<()> {
        if *msg % 2 == 0 {
            return ctx.reply(*msg).await;
        }
        // While this exists, an answer is possible.
        self.0.push(msg.return_route().clone());
        Ok(())
    }
}

/// The kind of caller that waits.
#[derive(Clone, Copy, Debug)]
enum Way {
    Context,
    Sender,
    /// A sender that the tasks of the test share.
    SenderOfAnotherTask,
    Handle,
}

/// An operation with its time limit in seconds.
#[derive(Clone, Copy, Debug)]
enum Step {
    Sleep(u64),
    AskAndBeAnswered(Way, u64),
    AskInVain(Way, u64),
    /// Sends to a mailbox that is full, with the deadline of the node.
    SendInVain(Way),
}

const SEND_TIMEOUT_SECONDS: u64 = 7;

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![
        Just(Way::Context),
        Just(Way::Sender),
        Just(Way::SenderOfAnotherTask),
        Just(Way::Handle),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_u64..20).prop_map(Step::Sleep),
        (way(), 1_u64..20).prop_map(|(way, timeout)| Step::AskAndBeAnswered(way, timeout)),
        (way(), 1_u64..20).prop_map(|(way, timeout)| Step::AskInVain(way, timeout)),
        way().prop_map(Step::SendInVain),
    ]
}

struct Parties {
    ctx: Context,
    sender: Arc<Sender>,
    even: WorkerHandle<u64>,
    full: WorkerHandle<u64>,
}

impl Parties {
    async fn new() -> Result<Self> {
        let timeout = Duration::from_secs(SEND_TIMEOUT_SECONDS);
        let builder = NodeBuilder::new().mailbox_capacity(1);
        let ctx = builder.send_timeout(timeout).start().await?;
        let sender = Arc::new(ctx.sender());
        let even = ctx.start_worker("even", Even(Vec::new())).await?;
        let full = ctx.start_worker("full", gated().0).await?;
        full.send(1).await?;
        full.send(2).await?;
        Ok(Self {
            ctx,
            sender,
            even,
            full,
        })
    }

    async fn ask(&self, way: Way, number: u64, timeout: u64) -> Result<u64> {
        let timeout = Duration::from_secs(timeout);
        match way {
            Way::Context => self.ctx.ask_timeout("even", number, timeout).await,
            Way::Sender => self.sender.ask_timeout("even", number, timeout).await,
            Way::SenderOfAnotherTask => {
                let sender = self.sender.clone();
                let task = async move { sender.ask_timeout("even", number, timeout).await };
                tokio::spawn(task).await?
            }
            Way::Handle => self.even.ask_timeout(number, timeout).await,
        }
    }

    async fn send_to_full(&self, way: Way) -> Result<()> {
        match way {
            Way::Context => self.ctx.send_message("full", 3_u64).await,
            Way::Sender => self.sender.send_message("full", 3_u64).await,
            Way::SenderOfAnotherTask => {
                let sender = self.sender.clone();
                tokio::spawn(async move { sender.send_message("full", 3_u64).await }).await?
            }
            Way::Handle => self.full.send(3).await,
        }
    }

    /// Executes a step, and returns the number of seconds that it should take.
    async fn take(&self, step: Step) -> u64 {
        match step {
            Step::Sleep(seconds) => {
                sleep(Duration::from_secs(seconds)).await;
                seconds
            }
            Step::AskAndBeAnswered(way, timeout) => {
                let answered = self.ask(way, 4, timeout).await;
                assert_eq!(answered.expect("it is answered"), 4);
                0
            }
            Step::AskInVain(way, timeout) => {
                let asked = self.ask(way, 5, timeout).await;
                assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
                timeout
            }
            Step::SendInVain(way) => {
                let sent = self.send_to_full(way).await;
                assert_eq!(sent.unwrap_err().kind(), ErrorKind::TimedOut);
                SEND_TIMEOUT_SECONDS
            }
        }
    }
}

async fn are_kept(steps: Vec<Step>) -> Result<()> {
    let parties = Parties::new().await?;
    for step in steps {
        let before = Instant::now();
        let expected = soon(parties.take(step)).await;
        let took = before.elapsed();
        // A paused clock advances in steps of a millisecond.
        assert_eq!(took.as_secs(), expected, "{step:?} took {took:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_deadline_is_kept_whatever_was_waited_for_before(
        steps in prop::collection::vec(step(), 1..30),
    ) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build()?;
        runtime.block_on(are_kept(steps)).expect("the node starts");
    }
}

#[tokio::test(start_paused = true)]
async fn deadlines_that_run_at_the_same_time_are_kept_each() -> Result<()> {
    let parties = Parties::new().await?;
    let before = Instant::now();
    let seconds = |way, timeout| {
        let asked = parties.ask(way, 5, timeout);
        async move {
            assert_eq!(asked.await.unwrap_err().kind(), ErrorKind::TimedOut);
            before.elapsed().as_secs()
        }
    };
    let ended = soon(async {
        tokio::join!(
            seconds(Way::Context, 9),
            seconds(Way::Context, 3),
            seconds(Way::Sender, 5),
            seconds(Way::SenderOfAnotherTask, 4),
            seconds(Way::Handle, 8),
            seconds(Way::Handle, 2),
        )
    });
    assert_eq!(ended.await, (9, 3, 5, 4, 8, 2));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_not_put_off_by_waits_that_begin_later() -> Result<()> {
    let parties = Parties::new().await?;
    let before = Instant::now();
    let others = async {
        loop {
            parties.take(Step::AskAndBeAnswered(Way::Context, 5)).await;
            sleep(Duration::from_millis(10)).await;
        }
    };
    let asked = soon(async {
        tokio::select! {
            biased;
            () = others => unreachable!("they go on"),
            asked = parties.ask(Way::Context, 5, 5) => asked,
        }
    });
    assert_eq!(asked.await.unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(before.elapsed().as_secs(), 5);
    Ok(())
}

/// The task of an ask waits for something else for so many seconds, while the ask is not polled. Returns
/// after how many seconds the ask ends.
async fn seconds_of_an_ask_that_is_not_polled_for(busy: impl Future, parties: &Parties) -> u64 {
    // The first ask sets the alarm, on which the second one relies.
    let mut first = Box::pin(parties.ask(Way::Context, 5, 30));
    let mut asked = Box::pin(parties.ask(Way::Context, 5, 30));
    assert!(poll_once(&mut first).await.is_pending());
    at_rest().await;
    let before = Instant::now();
    assert!(poll_once(&mut asked).await.is_pending());
    busy.await;
    assert_eq!(soon(asked).await.unwrap_err().kind(), ErrorKind::TimedOut);
    before.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_deadline_holds_although_its_task_does_something_else() -> Result<()> {
    let parties = Parties::new().await?;
    for (busy, ends) in [(1, 30), (20, 30), (29, 30), (40, 40)] {
        let busy = async { sleep(Duration::from_secs(busy)).await };
        let seconds = seconds_of_an_ask_that_is_not_polled_for(busy, &parties).await;
        assert_eq!(seconds, ends);
    }
    Ok(())
}

/// The other asks set the alarm again and again.
#[tokio::test(start_paused = true)]
async fn a_deadline_holds_although_its_task_asks_others() -> Result<()> {
    let parties = Parties::new().await?;
    let busy = async {
        for _ in 0..2_000 {
            parties.take(Step::AskAndBeAnswered(Way::Context, 30)).await;
            sleep(Duration::from_millis(10)).await;
        }
    };
    let seconds = seconds_of_an_ask_that_is_not_polled_for(busy, &parties).await;
    assert_eq!(seconds, 30);
    Ok(())
}
