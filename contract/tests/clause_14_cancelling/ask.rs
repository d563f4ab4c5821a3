//! A dropped ask may have been handled, and its answer is discarded.

use ockam::{Context, NodeBuilder, Result, Worker};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use std::sync::Arc;

use super::tracked::{Existence, Tracked};

/// Answers when the gate is open, and reports the questions whose handling began.
struct Answers {
    gate: Arc<Semaphore>,
    told: UnboundedSender<u64>,
}

impl Worker for Answers {
    type Message = Tracked;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Tracked) -> Result<()> {
        let _ = self.told.send(msg.number);
        if let Ok(permit) = self.gate.acquire().await {
            permit.forget();
        }
        ctx.reply(msg).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_ask_may_be_handled_and_its_answer_is_discarded() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let worker = Answers {
        gate: gate.clone(),
        told,
    };
    let handle = ctx.start_worker("answers", worker).await?;
    let existence = Existence::default();

    let mut running = Box::pin(ctx.ask::<Tracked>("answers", existence.message(1)));
    let mut queued = Box::pin(handle.ask::<Tracked>(existence.message(2)));
    let mut next = Box::pin(handle.ask::<Tracked>(existence.message(3)));
    assert!(poll_once(&mut running).await.is_pending());
    assert!(poll_once(&mut queued).await.is_pending());
    assert!(poll_once(&mut next).await.is_pending());
    at_rest().await;
    assert_eq!(tells.try_recv(), Ok(1));
    drop((running, queued));
    assert_eq!(existence.count(), 3, "the questions were sent");

    gate.add_permits(2);
    at_rest().await;
    assert_eq!(existence.count(), 1, "both answers are discarded");
    gate.add_permits(1);
    assert_eq!(
        soon(next).await?.number,
        3,
        "each answer belongs to its own question"
    );
    assert_eq!((tells.try_recv(), tells.try_recv()), (Ok(2), Ok(3)));

    ctx.try_send("app", 9_u64)?;
    assert!(
        soon(ctx.receive::<ockam::Any>()).await?.is::<u64>(),
        "none came to the mailbox"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_takes_any_more_is_dropped_with_the_ask() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, _tells) = unbounded_channel();
    let gate = Arc::new(Semaphore::new(1));
    ctx.start_worker("answers", Answers { gate, told }).await?;
    let existence = Existence::default();
    let mut asked = Box::pin(ctx.ask::<Tracked>("answers", existence.message(1)));
    assert!(poll_once(&mut asked).await.is_pending());
    at_rest().await;
    assert_eq!(existence.count(), 1, "the answer is there, and not taken");
    drop(asked);
    assert_eq!(existence.count(), 0);
    Ok(())
}

/// Answers, and reports the result.
struct Careful(UnboundedSender<Option<ockam::ErrorKind>>);

impl Worker for Careful {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        at_rest().await;
        let replied = ctx.reply(msg.to_string()).await;
        let refused = replied.err().map(|mut error| {
            assert_eq!(error.take::<String>(), Some(msg.to_string()));
            error.kind()
        });
        let _ = self.0.send(refused);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn who_answers_a_dropped_ask_is_told_and_gets_the_answer_back() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    ctx.start_worker("careful", Careful(told)).await?;
    let mut asked = Box::pin(ctx.ask::<String>("careful", 7_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    drop(asked);
    assert_eq!(
        soon(tells.recv()).await,
        Some(Some(ockam::ErrorKind::Stopped))
    );
    assert_eq!(soon(ctx.ask::<String>("careful", 8_u64)).await?, "8");
    assert_eq!(soon(tells.recv()).await, Some(None));
    Ok(())
}
