//! Several senders at once: the messages of each stay in order.

use std::sync::Arc;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Sender, Worker, WorkerBuilder, async_worker};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::poll_once;
use ockam_contract::recorder::{Recorder, recorded};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

const SENDERS: u64 = 8;
const EACH: u64 = 2_000;

/// Sends in random ways, which `seed` determines.
async fn send_all(ctx: &Context, own: u64, seed: u64) -> Result<()> {
    let sender = ctx.sender();
    let mut random = seed;
    for number in 0..EACH {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let message = (own, number);
        match random % 3 {
            0 => ctx.send_message("recorder", message).await?,
            1 => sender.send_message("alias", message).await?,
            _ => match sender.try_send("recorder", message) {
                Err(error) if error.kind() == ErrorKind::MailboxFull => {
                    ctx.send_message("alias", message).await?;
                }
                sent => sent?,
            },
        }
    }
    Ok(())
}

#[ockam::test(worker_threads = 2)]
async fn each_sender_is_received_in_order_and_completely(ctx: Context) -> Result<()> {
    for seed in 1..=3 {
        let (recorder, received) = Recorder::<(u64, u64)>::new();
        // The mailbox is small, so that senders wait most of the time.
        let recorder = WorkerBuilder::new(vec!["recorder", "alias"], recorder);
        recorder.mailbox_capacity(7).start(&ctx).await?;
        let mut senders = JoinSet::new();
        for own in 0..SENDERS {
            let home = ctx.open(format!("sender-{own}"))?;
            senders.spawn(async move { send_all(&home, own, seed * 1_000 + own).await });
        }
        for sent in senders.join_all().await {
            sent?;
        }
        ctx.stop_worker("recorder").await?;

        let mut next = [0; SENDERS as usize];
        for (own, number) in recorded(received).await {
            let expected = &mut next[own as usize];
            assert_eq!(number, *expected, "of sender {own} with seed {seed}");
            *expected += 1;
        }
        assert_eq!(next, [EACH; SENDERS as usize], "with seed {seed}");
    }
    Ok(())
}

#[tokio::test]
async fn nobody_overtakes_a_sender_that_waits_for_room() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (worker, mut gate) = gated();
    ctx.start_worker("gated", worker).await?;
    ctx.send_message("gated", 1_u64).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    ctx.send_message("gated", 2_u64).await?;

    // The mailbox is full. The third message waits, and the fourth must not overtake it.
    let mut waiting = Box::pin(ctx.send_message("gated", 3_u64));
    assert!(poll_once(&mut waiting).await.is_pending());
    gate.open(1);
    assert_eq!(gate.next().await, Event::Done(1));
    assert_eq!(gate.next().await, Event::Begun(2));
    let refused = ctx.try_send("gated", 4_u64).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::MailboxFull);

    waiting.await?;
    gate.open(1);
    assert_eq!(gate.next().await, Event::Done(2));
    assert_eq!(gate.next().await, Event::Begun(3));
    ctx.try_send("gated", 4_u64)?;
    gate.open_for_good();
    ctx.stop_worker("gated").await?;
    assert!(gate.until_dropped().await.contains(&Event::Done(4)));
    ctx.stop().await
}

/// Sends to itself in the name of another context, at the moment when there is room again.
struct Impatient {
    sender: Sender,
    gate: Arc<Semaphore>,
    handled: UnboundedSender<u64>,
}

#[async_worker]
impl Worker for Impatient {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: u64) -> Result<()> {
        let _ = self.handled.send(msg);
        match msg {
            0 => self.gate.acquire().await?.forget(),
            1 => {
                let refused = self.sender.try_send("impatient", 100_u64).unwrap_err();
                assert_eq!(refused.kind(), ErrorKind::MailboxFull);
            }
            _ => {}
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_place_that_is_free_but_not_yet_given_belongs_to_who_waits() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (handled, mut received) = unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let impatient = Impatient {
        sender: ctx.sender(),
        gate: gate.clone(),
        handled,
    };
    let impatient = WorkerBuilder::new("impatient", impatient).mailbox_capacity(8);
    impatient.start(&ctx).await?;
    ctx.send_message("impatient", 0_u64).await?;
    assert_eq!(received.recv().await, Some(0));
    for number in 1..=8_u64 {
        ctx.send_message("impatient", number).await?;
    }
    let mut waiting = Box::pin(ctx.send_message("impatient", 9_u64));
    assert!(poll_once(&mut waiting).await.is_pending());

    gate.add_permits(1);
    waiting.await?;
    ctx.stop().await?;
    assert!(recorded(received).await.into_iter().eq(1..=9));
    Ok(())
}
