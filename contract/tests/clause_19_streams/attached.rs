use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam::{Context, ErrorKind, NodeBuilder, Result, WorkerBuilder};
use ockam_contract::pace::{at_rest, soon};
use tokio_stream::{Stream, StreamExt, iter, pending};

use super::{Drops, Event, Got, OnDrop, SECOND, Taker, numbers, restarts, taker};

/// Yields the numbers from 0 on, and counts them.
fn counting(yielded: &Arc<AtomicU64>) -> impl Stream<Item = Event> + Send + 'static {
    let yielded = yielded.clone();
    iter(0..).map(move |_| Event::Number(yielded.fetch_add(1, Ordering::SeqCst)))
}

/// Never yields anything, and counts its drop.
fn silent(drop: OnDrop) -> impl Stream<Item = Event> + Send + 'static {
    pending::<u64>().map(move |number| {
        let _ = &drop;
        Event::Number(number)
    })
}

#[tokio::test(start_paused = true)]
async fn items_come_in_order_and_share_the_mailbox_with_other_messages() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut events) = taker(|ctx| {
        let numbers = iter((0..1_000).map(Event::Number));
        ctx.attach_stream(numbers.throttle(SECOND)).map(drop)
    });
    let worker = ctx.start_worker("taker", worker).await?;
    tokio::time::sleep(10 * SECOND).await;
    worker.send(Event::Number(7_000)).await?;
    tokio::time::sleep(1_000 * SECOND).await;
    let got = numbers(&mut events);
    let (others, items): (Vec<u64>, Vec<u64>) = got.iter().partition(|it| **it == 7_000);
    assert_eq!(others.len(), 1);
    assert!(items.into_iter().eq(0..1_000));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_is_polled_at_most_one_item_ahead_of_room() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let yielded = Arc::<AtomicU64>::default();
    let stream = counting(&yielded);
    let mut stream = Some(stream);
    let (worker, mut events) = taker(move |ctx| match stream.take() {
        Some(stream) => {
            ctx.try_send(ctx.address(), Event::Busy(10 * SECOND))?;
            ctx.attach_stream(stream).map(drop)
        }
        None => Ok(()),
    });
    let builder = WorkerBuilder::new("taker", worker).mailbox_capacity(4);
    let worker = builder.start(&ctx).await?;
    tokio::time::sleep(5 * SECOND).await;
    // Four in the mailbox, and one that waits.
    assert_eq!(yielded.load(Ordering::SeqCst), 5);
    assert!(matches!(
        events.recv().await,
        Some(Got::Event(Event::Busy(_)))
    ));
    ctx.kill_worker(worker.address()).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_is_dropped_with_its_worker_however_that_ends() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for end in ["stop", "kill", "panic"] {
        let drops = Drops::default();
        let of_worker = drops.clone();
        let (worker, _events) =
            taker(move |ctx| ctx.attach_stream(silent(of_worker.one())).map(drop));
        let worker = ctx.start_worker(end, worker).await?;
        at_rest().await;
        assert_eq!(drops.count(), 0);
        match end {
            "stop" => worker.stop().await?,
            "kill" => ctx.kill_worker(worker.address()).await?,
            _ => worker.send(Event::Panic).await?,
        }
        at_rest().await;
        assert_eq!(drops.count(), 1, "{end}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_ends_with_its_incarnation() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let drops = Drops::default();
    let (of_worker, made) = (drops.clone(), Arc::<AtomicU64>::default());
    let (got, _events) = tokio::sync::mpsc::unbounded_channel();
    let worker = WorkerBuilder::from_fn("taker", move || {
        let (of_worker, made) = (of_worker.clone(), made.clone());
        Taker {
            start: move |ctx: &Context| {
                made.fetch_add(1, Ordering::SeqCst);
                ctx.attach_stream(silent(of_worker.one())).map(drop)
            },
            got: got.clone(),
        }
    });
    let worker = worker.start(&ctx).await?;
    for times in 1..=3 {
        worker.send(Event::Panic).await?;
        tokio::time::sleep(SECOND).await;
        assert_eq!((restarts(&ctx), drops.count()), (times, times as usize));
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_is_in_the_mailbox_stays_there_for_the_next_incarnation() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (got, mut events) = tokio::sync::mpsc::unbounded_channel();
    let mut first = true;
    let worker = WorkerBuilder::from_fn("taker", move || {
        let is_first = std::mem::replace(&mut first, false);
        Taker {
            start: move |ctx: &Context| {
                if is_first {
                    ctx.try_send(ctx.address(), Event::Busy(SECOND))?;
                    ctx.try_send(ctx.address(), Event::Panic)?;
                    ctx.attach_stream(iter([Event::Number(1), Event::Number(2)]))?;
                }
                Ok(())
            },
            got: got.clone(),
        }
    });
    worker.start(&ctx).await?;
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!((restarts(&ctx), numbers(&mut events)), (1, vec![1, 2]));
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn cancelling_drops_it_and_says_whether_it_went_on() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let drops = Drops::default();
    let endless = ctx.attach_stream(silent(drops.one()))?;
    at_rest().await;
    assert!(endless.cancel());
    at_rest().await;
    assert_eq!(drops.count(), 1);
    assert!(!endless.cancel(), "it was cancelled before");
    let short = ctx.attach_stream(iter([7_u64]))?;
    assert_eq!(soon(ctx.receive::<u64>()).await?, 7);
    at_rest().await;
    assert!(!short.cancel(), "it has ended");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn items_of_another_type_than_the_workers_are_refused_at_the_call() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let drops = Drops::default();
    let stream = drops.one();
    let mut stream = Some(pending::<u64>().map(move |number| {
        let _ = &stream;
        number
    }));
    let (worker, _events) = taker(move |ctx| match stream.take() {
        Some(stream) => ctx.attach_stream(stream).map(drop),
        None => Ok(()),
    });
    let refused = ctx.start_worker("taker", worker).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::WrongType);
    let text = refused.to_string();
    assert!(text.contains("Event") && text.contains("u64"), "{text}");
    assert_eq!(drops.count(), 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_context_of_main_takes_streams_of_each_type() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.attach_stream(iter([1_u64, 2]))?;
    ctx.attach_stream(iter(["one".to_owned()]))?;
    assert_eq!(soon(ctx.receive::<String>()).await?, "one");
    assert_eq!(soon(ctx.receive::<u64>()).await?, 1);
    assert_eq!(soon(ctx.receive::<u64>()).await?, 2);
    Ok(())
}
