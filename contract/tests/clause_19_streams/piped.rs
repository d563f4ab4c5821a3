use std::future::{pending, ready};

use ockam::{Context, Error, ErrorKind, LocalOnly, NodeBuilder, Result, WorkerBuilder};
use ockam_contract::pace::{at_rest, soon};

use super::{Drops, Event, Got, OnDrop, SECOND, Taker, event, numbers, restarts, taker};

/// Work that never ends, and counts its drop.
async fn endless(_drop: OnDrop) -> Result<u64> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_result_an_error_and_a_panic_are_one_message_each() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut events) = taker(|ctx| {
        ctx.pipe(ready(Ok(7)), event)?;
        let error = Error::new(ErrorKind::Denied, "closed today");
        ctx.pipe(ready(Err(error)), event)?;
        ctx.pipe(async { panic!("no such file") }, event)
    });
    ctx.start_worker("taker", worker).await?;
    tokio::time::sleep(SECOND).await;
    let mut got = Vec::new();
    while let Ok(Got::Event(event)) = events.try_recv() {
        got.push(format!("{event:?}"));
    }
    got.sort();
    assert_eq!(
        got,
        [
            r#"Failed("closed today")"#,
            r#"Failed("it panicked: no such file")"#,
            "Number(7)",
        ]
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_kind_of_a_panic_is_known() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let failed = |result: Result<u64>| LocalOnly(result.map_err(|error| error.kind()));
    ctx.pipe(async { panic!("on purpose") }, failed)?;
    let got = soon(ctx.receive::<LocalOnly<Result<u64, ErrorKind>>>()).await?;
    assert_eq!(got.into_body().0, Err(ErrorKind::Panicked));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_handler_does_not_wait_for_it() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut events) = taker(|ctx| {
        let slow = async {
            tokio::time::sleep(10 * SECOND).await;
            Ok(7)
        };
        ctx.pipe(slow, event)
    });
    let worker = ctx.start_worker("taker", worker).await?;
    worker.send(Event::Number(1)).await?;
    tokio::time::sleep(9 * SECOND).await;
    assert_eq!(numbers(&mut events), [1]);
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(numbers(&mut events), [7]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_message_of_another_type_than_the_workers_is_refused_at_the_call() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, _events) = taker(|ctx| ctx.pipe(ready(Ok(7_u64)), |_| 7_u64));
    let refused = ctx.start_worker("taker", worker).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::WrongType);
    let (worker, _events) = taker(|ctx| ctx.pipe_blocking(|| Ok(7_u64), |_| 7_u64));
    let refused = ctx.start_worker("taker", worker).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::WrongType);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_room() -> Result<()> {
    let mut ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    for number in 0..10_u64 {
        ctx.pipe(ready(Ok(number)), event)?;
    }
    at_rest().await;
    let mut got = Vec::new();
    for _ in 0..10 {
        match soon(ctx.receive::<Event>()).await?.into_body() {
            Event::Number(number) => got.push(number),
            other => panic!("{other:?}"),
        }
    }
    got.sort_unstable();
    assert!(got.into_iter().eq(0..10));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_is_dropped_when_its_worker_is_killed_or_panics() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for end in ["kill", "panic"] {
        let drops = Drops::default();
        let of_worker = drops.clone();
        let (worker, _events) = taker(move |ctx| ctx.pipe(endless(of_worker.one()), event));
        let worker = ctx.start_worker(end, worker).await?;
        at_rest().await;
        match end {
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
    let of_worker = drops.clone();
    let (got, _events) = tokio::sync::mpsc::unbounded_channel();
    let worker = WorkerBuilder::from_fn("taker", move || {
        let of_worker = of_worker.clone();
        Taker {
            start: move |ctx: &Context| ctx.pipe(endless(of_worker.one()), event),
            got: got.clone(),
        }
    });
    let worker = worker.start(&ctx).await?;
    worker.send(Event::Panic).await?;
    tokio::time::sleep(SECOND).await;
    assert_eq!((restarts(&ctx), drops.count()), (1, 1));
    ctx.kill_worker(worker.address()).await?;
    at_rest().await;
    assert_eq!(drops.count(), 2);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_number_of_those_under_way_is_bounded() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for _ in 0..16_384 {
        ctx.pipe(pending::<Result<u64>>(), event)?;
    }
    let refused = ctx.pipe(ready(Ok(7)), event).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::MailboxFull);
    // Streams are not counted.
    let mut other = ctx.open("other")?;
    ctx.attach_stream(tokio_stream::iter([7_u64]))?;
    other.pipe(ready(Ok(7)), event)?;
    assert_eq!(soon(other.receive::<Event>()).await?, Event::Number(7));
    ctx.stop().await?;
    Ok(())
}
