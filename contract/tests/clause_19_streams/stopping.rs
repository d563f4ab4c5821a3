//! What is under way when the worker is asked to stop.

use std::future::pending;
use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, WorkerBuilder};
use ockam_contract::pace::at_rest;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::{Event, Got, SECOND, event, numbers, taker};

/// Work that takes a time.
async fn slow(time: Duration) -> Result<u64> {
    sleep(time).await;
    Ok(time.as_secs())
}

#[tokio::test(start_paused = true)]
async fn work_under_way_reaches_the_worker_before_its_shutdown() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut events) = taker(|ctx| {
        ctx.pipe(slow(3 * SECOND), event)?;
        ctx.pipe(slow(2 * SECOND), event)?;
        ctx.pipe_blocking(|| Ok(1), event)
    });
    let worker = ctx.start_worker("taker", worker).await?;
    worker.stop().await?;
    let mut got = Vec::new();
    while let Ok(it) = events.try_recv() {
        got.push(format!("{it:?}"));
    }
    assert_eq!(
        got,
        [
            "Event(Number(1))",
            "Event(Number(2))",
            "Event(Number(3))",
            "Shutdown"
        ]
    );
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_stop_of_the_node_waits_for_it_within_the_deadline() -> Result<()> {
    let ctx = NodeBuilder::new().stop_timeout(10 * SECOND).start().await?;
    let (worker, mut events) = taker(|ctx| ctx.pipe(slow(9 * SECOND), event));
    ctx.start_worker("taker", worker).await?;
    let (worker, _events) = taker(|ctx| ctx.pipe(pending(), event));
    ctx.start_worker("endless", worker).await?;
    ctx.stop().await?;
    assert_eq!(numbers(&mut events), [9]);
    let report = ctx.stop_report().expect("it has stopped");
    assert_eq!(report.killed(), ["endless"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_reaches_a_worker_whose_full_mailbox_closes_at_once() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut events) = taker(|ctx| {
        ctx.try_send(ctx.address(), Event::Busy(SECOND))?;
        for seconds in 2..=5 {
            ctx.pipe(slow(seconds * SECOND), event)?;
        }
        Ok(())
    });
    let builder = WorkerBuilder::new("taker", worker).mailbox_capacity(1);
    let worker = builder.start(&ctx).await?;
    at_rest().await;
    worker.try_send(Event::Number(1))?;
    let (stopped, refused) = tokio::join!(worker.stop(), worker.send(Event::Number(7)));
    stopped?;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Stopped);
    assert_eq!(numbers(&mut events), [1, 2, 3, 4, 5]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn no_work_is_begun_once_the_mailbox_is_closed() -> Result<()> {
    struct Late(Option<oneshot::Sender<ErrorKind>>);

    impl Worker for Late {
        type Message = Event;
        type Context = Context;

        async fn stopping(&mut self, ctx: &mut Context) -> Result<()> {
            ctx.pipe(slow(SECOND), event)?;
            let got = ctx.receive::<Event>().await?;
            assert_eq!(got.into_body(), Event::Number(1));
            ctx.pipe(slow(2 * SECOND), event)
        }

        async fn handle_message(&mut self, ctx: &mut Context, msg: Event) -> Result<()> {
            assert_eq!(msg, Event::Number(2));
            let refused = ctx.pipe(slow(SECOND), event).unwrap_err();
            let told = self.0.take().map(|it| it.send(refused.kind()));
            assert_eq!(told, Some(Ok(())));
            Ok(())
        }
    }

    let ctx = NodeBuilder::new().start().await?;
    let (sender, refused) = oneshot::channel();
    let worker = ctx.start_worker("late", Late(Some(sender))).await?;
    worker.stop().await?;
    assert_eq!(refused.await, Ok(ErrorKind::Stopped));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn work_whose_message_is_refused_by_the_end_of_its_worker_is_dropped() -> Result<()> {
    let ctx = NodeBuilder::new().stop_timeout(SECOND).start().await?;
    let (worker, mut events) = taker(|ctx| {
        ctx.pipe(slow(2 * SECOND), event)?;
        ctx.pipe_blocking(
            || {
                std::thread::sleep(Duration::from_millis(20));
                Ok(7)
            },
            event,
        )
    });
    let worker = ctx.start_worker("taker", worker).await?;
    ctx.kill_worker(worker.address()).await?;
    tokio::time::sleep(3 * SECOND).await;
    assert!(events.try_recv().is_err());
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stream_holds_up_no_stop_and_nothing_of_it_is_lost() -> Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use tokio_stream::StreamExt;

    let ctx = NodeBuilder::new().start().await?;
    let yielded = Arc::<AtomicU64>::default();
    let of_stream = yielded.clone();
    let (worker, mut events) = taker(move |ctx| {
        let yielded = of_stream.clone();
        let endless = tokio_stream::iter(0..).map(move |number| {
            yielded.fetch_add(1, Ordering::SeqCst);
            Event::Number(number)
        });
        ctx.attach_stream(endless)?;
        ctx.attach_stream(tokio_stream::pending::<Event>())
            .map(drop)
    });
    let worker = ctx.start_worker("taker", worker).await?;
    at_rest_of_others().await;
    worker.stop().await?;
    let mut handled = 0;
    while let Ok(got) = events.try_recv() {
        match got {
            Got::Event(got) => {
                assert_eq!(got, Event::Number(handled));
                handled += 1;
            }
            Got::Shutdown => break,
            Got::Undelivered(failure) => panic!("{failure}"),
        }
    }
    assert!(handled > 100, "{handled}");
    assert_eq!(handled, yielded.load(Ordering::SeqCst));
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

/// Lets others run, who never wait: the paused clock doesn't move on.
async fn at_rest_of_others() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}
