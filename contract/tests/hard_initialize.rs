//! A worker whose `initialize` sends to the worker that starts it. A send arrives. A question waits for
//! an answer that can't come, until the deadline (clauses 6 and 11).

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::pace::soon;
use tokio::time::Instant;

/// The way in which the child sends to its parent.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Talk {
    Tells,
    Asks,
    FillsItsMailbox,
    StopsIt,
    StartsAtItsAddress,
    /// A message that is only handled.
    Hello,
}

impl ockam::Message for Talk {}

/// Starts such a child, and reports the result.
struct Parent;

impl Worker for Parent {
    type Message = Talk;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, talk: Talk) -> Result<()> {
        if talk == Talk::Hello {
            return ctx.send_message("app", Outcome(talk, None, 0)).await;
        }
        let before = Instant::now();
        let started = ctx.start_worker("child", Child(talk)).await;
        let failed = started.err().map(|error| error.kind());
        let outcome = Outcome(talk, failed, before.elapsed().as_secs());
        ctx.send_message("app", outcome).await
    }
}

/// The result of the send, the result of the start, and its seconds.
#[derive(PartialEq, Debug)]
struct Outcome(Talk, Option<ErrorKind>, u64);

impl ockam::Message for Outcome {}

/// Sends to its parent in its `initialize`.
struct Child(Talk);

impl Worker for Child {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        match self.0 {
            Talk::Tells | Talk::Hello => ctx.send_message("parent", Talk::Hello).await,
            Talk::Asks => ctx.ask::<u64>("parent", Talk::Hello).await.map(|_| ()),
            Talk::FillsItsMailbox => loop {
                ctx.send_message("parent", Talk::Hello).await?;
            },
            Talk::StopsIt => ctx.stop_worker("parent").await,
            Talk::StartsAtItsAddress => {
                let refused = ctx.start_worker("parent", Parent).await;
                refused.map(|_| ())
            }
        }
    }
}

/// Makes a parent start a child, and returns the result.
async fn outcome(talk: Talk) -> Result<(Context, Outcome)> {
    let mut ctx = NodeBuilder::new().mailbox_capacity(4).start().await?;
    ctx.start_worker("parent", Parent).await?;
    ctx.send_message("parent", talk).await?;
    let outcome = soon(ctx.receive::<Outcome>()).await?.into_body();
    Ok((ctx, outcome))
}

#[tokio::test(start_paused = true)]
async fn what_it_tells_its_parent_arrives_once_it_has_started() -> Result<()> {
    let (mut ctx, first) = outcome(Talk::Tells).await?;
    assert_eq!(first, Outcome(Talk::Tells, None, 0));
    let second = soon(ctx.receive::<Outcome>()).await?;
    assert_eq!(*second, Outcome(Talk::Hello, None, 0));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_it_asks_its_parent_closes_a_circle_and_ends_at_once() -> Result<()> {
    let (ctx, outcome) = outcome(Talk::Asks).await?;
    assert_eq!(outcome, Outcome(Talk::Asks, Some(ErrorKind::NoReply), 0));
    assert_eq!(ctx.list_workers(), ["parent"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_finds_no_room_at_its_parent_ends_at_the_deadline() -> Result<()> {
    let (ctx, outcome) = outcome(Talk::FillsItsMailbox).await?;
    assert_eq!(
        outcome,
        Outcome(Talk::FillsItsMailbox, Some(ErrorKind::TimedOut), 30)
    );
    assert_eq!(ctx.list_workers(), ["parent"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_may_stop_its_parent_which_ends_after_the_start() -> Result<()> {
    let (ctx, outcome) = outcome(Talk::StopsIt).await?;
    assert_eq!(outcome, Outcome(Talk::StopsIt, None, 0));
    soon(ctx.stop()).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_can_not_take_the_address_of_its_parent() -> Result<()> {
    let (ctx, outcome) = outcome(Talk::StartsAtItsAddress).await?;
    let refused = Some(ErrorKind::AddressTaken);
    assert_eq!(outcome, Outcome(Talk::StartsAtItsAddress, refused, 0));
    assert_eq!(ctx.list_workers(), ["parent"]);
    Ok(())
}
