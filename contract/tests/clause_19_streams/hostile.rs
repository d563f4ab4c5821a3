//! Streams, work and results that panic wherever they can.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use ockam::{ErrorKind, LocalOnly, NodeBuilder, Result};
use ockam_contract::pace::soon;
use tokio_stream::Stream;

use super::{Event, Got, SECOND, event, numbers, taker};

/// Panics as it is told.
struct Nasty {
    polled: u64,
    panics_at: u64,
    panics_when_dropped: bool,
}

impl Stream for Nasty {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Option<Event>> {
        self.polled += 1;
        assert!(self.polled != self.panics_at, "polled once too often");
        match self.polled {
            1..=2 => Poll::Ready(Some(Event::Number(self.polled))),
            _ => Poll::Ready(None),
        }
    }
}

impl Drop for Nasty {
    fn drop(&mut self) {
        if self.panics_when_dropped {
            panic!("dropped");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_panics_is_told_to_its_worker_which_lives() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for panics_when_dropped in [false, true] {
        let (worker, mut events) = taker(move |ctx| {
            let nasty = Nasty {
                polled: 0,
                panics_at: 3,
                panics_when_dropped,
            };
            ctx.attach_stream(nasty).map(drop)
        });
        let worker = ctx.start_worker("taker", worker).await?;
        for number in [1, 2] {
            let Some(Got::Event(Event::Number(got))) = soon(events.recv()).await else {
                panic!("a number was sent");
            };
            assert_eq!(got, number);
        }
        let Some(Got::Undelivered(failure)) = soon(events.recv()).await else {
            panic!("the stream panics");
        };
        assert_eq!(failure.kind(), ErrorKind::Panicked);
        assert_eq!(
            failure.to_string(),
            "an attached stream panicked: polled once too often"
        );
        worker.send(Event::Number(7)).await?;
        worker.stop().await?;
        assert_eq!(numbers(&mut events), [7]);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stream_whose_drop_panics_hurts_nobody() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut events) = taker(|ctx| {
        let nasty = Nasty {
            polled: 0,
            panics_at: 0,
            panics_when_dropped: true,
        };
        ctx.attach_stream(nasty).map(drop)
    });
    let worker = ctx.start_worker("taker", worker).await?;
    tokio::time::sleep(SECOND).await;
    worker.send(Event::Number(7)).await?;
    worker.stop().await?;
    assert_eq!(numbers(&mut events), [1, 2, 7]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_makes_the_message_panics_and_the_worker_is_told() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut events) =
        taker(|ctx| ctx.pipe(async { Ok(7_u64) }, |_| -> Event { panic!("on purpose") }));
    let worker = ctx.start_worker("taker", worker).await?;
    let Some(Got::Undelivered(failure)) = soon(events.recv()).await else {
        panic!("no message can be made");
    };
    assert_eq!(failure.kind(), ErrorKind::Panicked);
    assert!(failure.to_string().ends_with("on purpose"), "{failure}");
    worker.stop().await?;
    assert!(matches!(events.try_recv(), Ok(Got::Shutdown)));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_makes_the_message_of_main_panics_and_it_is_a_dead_letter() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.pipe(async { Ok(7_u64) }, |_| -> Event { panic!("on purpose") })?;
    tokio::time::sleep(SECOND).await;
    assert_eq!(ctx.dead_letters(), 1);
    Ok(())
}

/// Panics when it is dropped.
#[derive(Debug)]
struct Fragile;

impl Drop for Fragile {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("dropped");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn results_and_work_whose_drop_panics_hurt_nobody() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut events) = taker(|ctx| {
        let fragile = Fragile;
        ctx.pipe(
            async move {
                let _fragile = fragile;
                std::future::pending::<Result<u64>>().await
            },
            event,
        )?;
        ctx.pipe(async { Ok(Fragile) }, |result| {
            std::mem::forget(result);
            Event::Number(1)
        })?;
        ctx.pipe_blocking(|| Ok(Fragile), |_| Event::Number(2))?;
        ctx.pipe_blocking(
            || {
                std::thread::sleep(std::time::Duration::from_millis(20));
                Ok(Fragile)
            },
            |_| Event::Number(3),
        )
    });
    let worker = ctx.start_worker("taker", worker).await?;
    let got = soon(events.recv()).await;
    assert!(got.is_some());
    ctx.kill_worker(worker.address()).await?;
    tokio::time::sleep(SECOND).await;
    // The node works.
    let (worker, mut events) = taker(|ctx| ctx.pipe_blocking(|| Ok(7), event));
    ctx.start_worker("taker", worker).await?;
    assert!(matches!(
        soon(events.recv()).await,
        Some(Got::Event(Event::Number(7)))
    ));
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn items_whose_drop_panics_hurt_nobody() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let opened = ctx.open("opened")?;
    let items = tokio_stream::iter((0..5).map(|_| LocalOnly(Fragile)));
    opened.attach_stream(items)?;
    tokio::time::sleep(SECOND).await;
    drop(opened);
    tokio::time::sleep(SECOND).await;
    ctx.stop().await
}
