//! The end of `main` without the macro, in one process.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use ockam::{Error, ErrorKind, NodeBuilder, Result, start_node};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::without_deadlock;

#[test]
fn what_main_returns_comes_back_after_the_node_has_stopped() -> Result<()> {
    let (ctx, mut executor) = start_node();
    let (worker, mut gate) = gated();
    let returned = executor.execute(async move {
        ctx.start_worker("worker", worker).await?;
        ctx.stop().await?;
        Ok(7)
    });
    assert_eq!(returned?, 7);
    assert_eq!(gate.so_far(), [Event::Shutdown, Event::Dropped]);
    Ok(())
}

#[test]
fn an_error_of_main_comes_back_after_the_node_has_stopped() {
    let (ctx, mut executor) = start_node();
    let (worker, mut gate) = gated();
    let returned: Result<()> = executor.execute(async move {
        ctx.start_worker("worker", worker).await?;
        Err(Error::new(ErrorKind::Other, "main fails"))
    });
    assert_eq!(returned.unwrap_err().to_string(), "main fails");
    assert_eq!(gate.so_far(), [Event::Shutdown, Event::Dropped]);
}

#[test]
fn a_main_may_return_nothing() -> Result<()> {
    let (ctx, mut executor) = start_node();
    let (worker, mut gate) = gated();
    executor.execute(async move {
        let started = ctx.start_worker("worker", worker).await;
        started.expect("nothing is there yet");
        ctx.sender().stop_node();
    })?;
    assert_eq!(gate.so_far(), [Event::Shutdown, Event::Dropped]);
    Ok(())
}

#[test]
fn an_exit_code_of_main_comes_back_and_a_failure_stops_the_node() -> Result<()> {
    let (ctx, mut executor) = start_node();
    let (worker, mut gate) = gated();
    let code = executor.execute(async move {
        let started = ctx.start_worker("worker", worker).await;
        started.expect("nothing is there yet");
        ExitCode::from(3)
    })?;
    assert_eq!(code, ExitCode::from(3));
    assert_eq!(gate.so_far(), [Event::Shutdown, Event::Dropped]);
    Ok(())
}

#[test]
fn a_panic_of_main_goes_on_after_the_node_has_stopped() {
    let (ctx, mut executor) = start_node();
    let (worker, mut gate) = gated();
    let executed = catch_unwind(AssertUnwindSafe(|| {
        executor.execute::<Result<()>>(async move {
            ctx.start_worker("worker", worker).await?;
            panic!("main panics")
        })
    }));
    let panic = executed.map(|_| ()).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"main panics"));
    assert_eq!(gate.so_far(), [Event::Shutdown, Event::Dropped]);
}

#[test]
fn a_main_that_has_stopped_its_node_takes_its_time() -> Result<()> {
    let (ctx, mut executor) = NodeBuilder::new().current_thread().build()?;
    let returned = executor.execute(async move {
        tokio::time::pause();
        ctx.stop().await?;
        tokio::time::sleep(Duration::from_secs(3600)).await;
        Ok(7)
    });
    assert_eq!(returned?, 7);
    Ok(())
}

#[test]
fn a_stop_that_a_task_asks_for_ends_a_main_that_waits_for_something_else() {
    without_deadlock(|| {
        let builder = NodeBuilder::new().current_thread();
        let (ctx, mut executor) = builder.build().expect("a node");
        let returned: Result<()> = executor.execute(async move {
            tokio::time::pause();
            let other = ctx.open("other")?;
            tokio::spawn(async move { other.stop().await });
            pending::<Result<()>>().await
        });
        assert_eq!(returned.unwrap_err().kind(), ErrorKind::Stopped);
    });
}

#[test]
fn a_node_that_nobody_executes_ends_with_its_executor() -> Result<()> {
    without_deadlock(|| {
        let (ctx, executor) = start_node();
        drop(executor);
        drop(ctx);
        let (ctx, executor) = start_node();
        drop(ctx);
        drop(executor);
    });
    Ok(())
}

#[test]
fn a_context_that_outlives_its_executor_is_told_and_does_not_hang() {
    without_deadlock(|| {
        let (mut ctx, executor) = NodeBuilder::new()
            .mailbox_capacity(1)
            .build()
            .expect("a node");
        let inbox = ctx.open("inbox").expect("the address is free");
        drop(executor);
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let other = builder.enable_all().build().expect("a runtime");
        other.block_on(async {
            let started = ctx.start_worker("worker", gated().0).await;
            assert_eq!(started.unwrap_err().kind(), ErrorKind::Stopped);
            let received = ctx.receive::<u64>().await;
            assert_eq!(received.unwrap_err().kind(), ErrorKind::Stopped);
            let sent = ctx.send_message("inbox", 1_u64).await;
            assert_eq!(sent.unwrap_err().kind(), ErrorKind::Stopped);
            ctx.stop().await.expect("it has stopped");
        });
        drop(inbox);
    });
}

#[test]
fn a_thread_may_block_on_a_send_while_the_node_ends() -> Result<()> {
    let (ctx, mut executor) = NodeBuilder::new().mailbox_capacity(1).build()?;
    let sender = ctx.sender();
    let thread = executor.execute(async move {
        ctx.try_send("app", 1_u64)?;
        let thread = thread::spawn(move || sender.blocking_send("app", 2_u64));
        ctx.stop().await?;
        Ok(thread)
    })?;
    drop(executor);
    let mut error = thread
        .join()
        .expect("the thread does not panic")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert_eq!(error.take::<u64>(), Some(2));
    Ok(())
}
