use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ockam::{ErrorKind, LocalOnly, NodeBuilder, Result};
use ockam_contract::pace::soon;

use super::{Event, event, taker};

#[test]
fn it_is_off_the_threads_of_the_node() -> Result<()> {
    let node = NodeBuilder::new().current_thread();
    let (mut ctx, mut executor) = node.build()?;
    executor.execute(async move {
        let mine = thread::current().id();
        ctx.pipe_blocking(|| Ok(thread::current().id()), |it| LocalOnly(it.ok()))?;
        let its = soon(ctx.receive::<LocalOnly<Option<thread::ThreadId>>>()).await?;
        assert!(its.into_body().0.is_some_and(|its| its != mine));
        ctx.stop().await
    })
}

#[test]
fn it_is_bounded_in_number() -> Result<()> {
    let node = NodeBuilder::new().worker_threads(2).blocking_threads(3);
    let (mut ctx, mut executor) = node.build()?;
    executor.execute(async move {
        let (running, most) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        // Three of them run at a time, and wait for each other.
        let barrier = Arc::new(std::sync::Barrier::new(3));
        for number in 0..30 {
            let (running, most, barrier) = (running.clone(), most.clone(), barrier.clone());
            let work = move || {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                barrier.wait();
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(number)
            };
            ctx.pipe_blocking(work, event)?;
        }
        let mut sum = 0;
        for _ in 0..30 {
            match soon(ctx.receive::<Event>()).await?.into_body() {
                Event::Number(number) => sum += number,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((sum, most.load(Ordering::SeqCst)), ((0..30).sum(), 3));
        ctx.stop().await
    })
}

#[test]
fn what_never_returns_is_counted_at_the_stop_of_the_node() -> Result<()> {
    let node = NodeBuilder::new().stop_timeout(Duration::from_millis(100));
    let (ctx, mut executor) = node.build()?;
    let (release, held) = mpsc::channel::<()>();
    let (ends, has_ended) = mpsc::channel();
    let report = executor.execute(async move {
        let mut held = Some(held);
        let (worker, _events) = taker(move |ctx| match held.take() {
            Some(held) => {
                let ends = ends.clone();
                ctx.pipe_blocking(
                    move || {
                        let _ = held.recv();
                        let _ = ends.send(());
                        Ok(7)
                    },
                    event,
                )
            }
            None => Ok(()),
        });
        ctx.start_worker("taker", worker).await?;
        // This one has ended when the node stops.
        let mut other = ctx.open("other")?;
        other.pipe_blocking(|| Ok(7), event)?;
        assert_eq!(soon(other.receive::<Event>()).await?, Event::Number(7));
        ctx.stop().await?;
        Ok(ctx.stop_report().expect("it has stopped"))
    })?;
    assert_eq!(report.killed(), ["taker"]);
    assert_eq!(report.blocking_calls(), 1);
    drop(release);
    assert_eq!(has_ended.recv_timeout(Duration::from_secs(10)), Ok(()));
    Ok(())
}

#[test]
fn a_node_without_threads_for_it_is_refused() {
    let refused = NodeBuilder::new().blocking_threads(0).build();
    let kind = refused.err().map(|error| error.kind());
    assert_eq!(kind, Some(ErrorKind::InvalidInput));
}

#[test]
fn a_node_with_the_largest_number_of_threads_for_it_works() -> Result<()> {
    let (mut ctx, mut executor) = NodeBuilder::new().blocking_threads(usize::MAX).build()?;
    executor.execute(async move {
        ctx.pipe_blocking(|| Ok(7), event)?;
        assert_eq!(soon(ctx.receive::<Event>()).await?, Event::Number(7));
        ctx.stop().await
    })
}
