//! A `Drop` that panics: that of a worker, and that of a message.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ockam::{Context, Error, ErrorKind, Message, NodeBuilder, Result, Worker, async_worker};
use ockam_contract::hop::Hop;
use ockam_contract::pace::{poll_once, soon};
use tokio::sync::oneshot;

/// Panics when it is dropped, and counts how often.
struct Bomb(Arc<AtomicUsize>);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        // A panic during a panic ends the process.
        if !std::thread::panicking() {
            panic!("a bomb");
        }
    }
}

enum Order {
    Answer,
    Panic,
    /// Report the begin, and never end.
    Hold(oneshot::Sender<()>),
    /// Drop the value in the message.
    Drop(Bomb),
}

impl Message for Order {}

/// Acts as the message says.
struct Soldier {
    /// A value that is dropped with the worker.
    _luggage: Option<Bomb>,
}

#[async_worker]
impl Worker for Soldier {
    type Message = Order;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Order) -> Result<()> {
        match msg {
            Order::Answer => ctx.reply(()).await?,
            Order::Panic => panic!("by order"),
            Order::Hold(begun) => {
                let _ = begun.send(());
                std::future::pending::<()>().await;
            }
            Order::Drop(bomb) => drop(bomb),
        }
        Ok(())
    }
}

fn bombs() -> (Arc<AtomicUsize>, impl Fn() -> Bomb) {
    let count = Arc::new(AtomicUsize::new(0));
    let shared = count.clone();
    (count, move || Bomb(shared.clone()))
}

#[ockam::test(allow(failures))]
async fn a_worker_that_panics_when_it_is_dropped_ends_alone(ctx: Context) -> Result<()> {
    let (count, bomb) = bombs();
    for end in 0..3 {
        let soldier = Soldier {
            _luggage: Some(bomb()),
        };
        let soldier = ctx.start_worker("soldier", soldier).await?;
        soldier.ask::<()>(Order::Answer).await?;
        match end {
            0 => ctx.stop_worker("soldier").await?,
            1 => ctx.kill_worker("soldier").await?,
            _ => {
                let asked = soldier.ask::<()>(Order::Panic).await;
                assert_eq!(asked.unwrap_err().kind(), ErrorKind::Panicked);
            }
        }
        assert_eq!(count.load(Ordering::SeqCst), end + 1);
        ctx.start_worker("soldier", Hop).await?;
        ctx.stop_worker("soldier").await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_node_stops_although_its_workers_panic_when_they_are_dropped() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (count, bomb) = bombs();
    for number in 0..10 {
        let luggage = Some(bomb());
        let soldier = Soldier { _luggage: luggage };
        ctx.start_worker(format!("soldier-{number}"), soldier)
            .await?;
    }
    soon(ctx.stop()).await?;
    assert_eq!(count.load(Ordering::SeqCst), 10);
    let report = ctx.stop_report().expect("the node has stopped");
    assert!(report.killed().is_empty());
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn queued_messages_that_panic_when_they_are_dropped_are_all_counted(
    ctx: Context,
) -> Result<()> {
    let (count, bomb) = bombs();
    let soldier = ctx
        .start_worker("soldier", Soldier { _luggage: None })
        .await?;
    let (begun, has_begun) = oneshot::channel();
    soldier.send(Order::Hold(begun)).await?;
    has_begun.await?;
    for _ in 0..10 {
        soldier.send(Order::Drop(bomb())).await?;
    }
    let mut ask = Box::pin(soldier.ask::<()>(Order::Drop(bomb())));
    assert!(poll_once(&mut ask).await.is_pending());

    ctx.kill_worker("soldier").await?;
    assert_eq!(count.load(Ordering::SeqCst), 11);
    assert_eq!(ctx.dead_letters(), 11);
    assert_eq!(ask.await.unwrap_err().kind(), ErrorKind::Stopped);
    Ok(())
}

#[ockam::test]
async fn a_message_that_panics_when_its_handler_drops_it_ends_that_worker(
    ctx: Context,
) -> Result<()> {
    let (count, bomb) = bombs();
    let soldier = ctx
        .start_worker("soldier", Soldier { _luggage: None })
        .await?;
    let asked = soldier.ask::<()>(Order::Drop(bomb())).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::Panicked);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(ctx.dead_letters(), 0, "it was handled");
    ctx.start_worker("soldier", Hop).await?;
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn whoever_drops_a_context_is_not_hit_by_what_is_queued_in_it(ctx: Context) -> Result<()> {
    let (count, bomb) = bombs();
    let inbox = ctx.open("inbox")?;
    for _ in 0..10 {
        ctx.send_message("inbox", Order::Drop(bomb())).await?;
    }
    drop(inbox);
    assert_eq!(count.load(Ordering::SeqCst), 10);
    assert_eq!(ctx.dead_letters(), 10);
    ctx.open("inbox")?;
    Ok(())
}

#[test]
fn what_is_queued_for_main_does_not_spoil_its_result() -> Result<()> {
    let (count, bomb) = bombs();
    let (ctx, mut executor) = ockam::start_node();
    let result = executor.execute(async move {
        for _ in 0..10 {
            ctx.send_message("app", Order::Drop(bomb())).await?;
        }
        ctx.stop().await?;
        Ok(7)
    })?;
    drop(executor);
    assert_eq!(result, 7);
    assert_eq!(count.load(Ordering::SeqCst), 10);
    Ok(())
}

/// Fails in its `initialize`, once there is something in its mailbox.
struct Deserter(Option<Bomb>);

#[async_worker]
impl Worker for Deserter {
    type Message = Order;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        let bomb = self.0.take().expect("it has a bomb to send");
        ctx.send_message("deserter", Order::Drop(bomb)).await?;
        Err(Error::new(ErrorKind::InvalidInput, "not with me"))
    }
}

#[ockam::test(allow(unhandled))]
async fn a_start_that_fails_fails_with_its_own_error(ctx: Context) -> Result<()> {
    let (count, bomb) = bombs();
    let started = ctx.start_worker("deserter", Deserter(Some(bomb()))).await;
    assert_eq!(started.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(ctx.dead_letters(), 1);
    ctx.start_worker("deserter", Hop).await?;
    Ok(())
}
