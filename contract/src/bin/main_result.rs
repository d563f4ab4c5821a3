//! A program whose `main` returns a `Result`. Its argument says what `main` does.

use std::future::pending;
use std::io;
use std::thread;
use std::time::Duration;

use ockam::{
    Context, Error, ErrorContext, ErrorKind, Restart, Result, Sender, Worker, WorkerBuilder,
};
use ockam_contract::program::Witness;

#[ockam::node(worker_threads = 2)]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("witness", Witness).await?;
    match std::env::args().nth(1).as_deref() {
        Some("stops") => ctx.stop().await,
        Some("stops and receives") => stops_and_receives(ctx).await,
        Some("stops and sends") => stops_and_sends(&ctx).await,
        Some("stops and asks") => stops_and_asks(&ctx).await,
        Some("lets a worker stop") => lets_a_worker_stop(ctx).await,
        Some("returns") => returns(&ctx),
        Some("receives") => receives(ctx).await,
        Some("waits elsewhere") => waits_elsewhere().await,
        Some("blocks") => blocks(),
        Some("has a worker that goes on") => has_a_worker_that_goes_on(ctx).await,
        Some("fails") => fails(),
        Some("fails at length") => Err(Error::new(ErrorKind::Other, "much ".repeat(100_000))),
        Some("fails as something else has stopped") => fails_as_a_worker_stopped(&ctx).await,
        Some("panics") => panic!("main panics on purpose"),
        Some("has a worker that panics") => has_a_worker_that_panics(ctx).await,
        Some("receives while an essential worker gives up") => {
            has_an_essential_worker(&ctx).await?;
            receives(ctx).await
        }
        Some("waits elsewhere while an essential worker gives up") => {
            has_an_essential_worker(&ctx).await?;
            pending().await
        }
        Some("has returned when an essential worker gives up") => {
            has_an_essential_worker(&ctx).await
        }
        Some("leaves a blocked thread") => leaves_a_blocked_thread(ctx).await,
        Some("leaves tasks") => leaves_tasks(ctx).await,
        other => unreachable!("there is no scenario {other:?}"),
    }
}

async fn stops_and_receives(mut ctx: Context) -> Result<()> {
    ctx.stop().await?;
    ctx.receive::<u64>().await?;
    Ok(())
}

async fn stops_and_sends(ctx: &Context) -> Result<()> {
    ctx.stop().await?;
    ctx.send_message("witness", "too late".to_string()).await
}

async fn stops_and_asks(ctx: &Context) -> Result<()> {
    ctx.stop().await?;
    ctx.ask("witness", "too late".to_string()).await
}

async fn lets_a_worker_stop(mut ctx: Context) -> Result<()> {
    ctx.send_message("witness", "stop".to_string()).await?;
    ctx.receive::<u64>().await.context("nothing came")?;
    Ok(())
}

fn returns(ctx: &Context) -> Result<()> {
    let sender = ctx.sender();
    thread::spawn(move || passes_lines_on(&sender));
    println!("main returns");
    Ok(())
}

fn passes_lines_on(sender: &Sender) -> Result<()> {
    for line in io::stdin().lines() {
        sender.blocking_send("witness", line?)?;
    }
    Ok(())
}

async fn receives(mut ctx: Context) -> Result<()> {
    println!("receives");
    ctx.receive::<u64>().await?;
    Ok(())
}

async fn waits_elsewhere() -> Result<()> {
    println!("waits elsewhere");
    pending().await
}

fn blocks() -> ! {
    println!("blocks");
    loop {
        thread::park();
    }
}

/// Goes on with its first message for ever.
struct GoesOn;

impl Worker for GoesOn {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        pending().await
    }
}

async fn has_a_worker_that_goes_on(mut ctx: Context) -> Result<()> {
    ctx.start_worker("goes on", GoesOn).await?;
    ctx.send_message("goes on", 1_u64).await?;
    println!("receives");
    let received = ctx.receive::<u64>().await;
    println!("the node stops");
    received.map(|_| ())
}

fn fails() -> Result<()> {
    let cause = io::Error::other("the disk is full");
    Err::<(), _>(cause)
        .context("the log can't be written")
        .context("nothing works")
}

async fn fails_as_a_worker_stopped(ctx: &Context) -> Result<()> {
    let handle = ctx.start_worker("goes on", GoesOn).await?;
    handle.stop().await?;
    handle.send(1).await
}

/// Panics with its first message.
struct Panics;

impl Worker for Panics {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        panic!("the worker panics on purpose")
    }
}

async fn has_a_worker_that_panics(ctx: Context) -> Result<()> {
    ctx.start_worker("panics", Panics).await?;
    match ctx.ask::<u64>("panics", 1_u64).await {
        Err(error) if error.kind() == ErrorKind::Panicked => {}
        other => {
            return Err(Error::new(
                ErrorKind::Other,
                format!("it was told {other:?}"),
            ));
        }
    }
    ctx.send_message("witness", "what comes after".to_string())
        .await?;
    ctx.stop().await
}

/// Starts a worker that gives up a moment later.
async fn has_an_essential_worker(ctx: &Context) -> Result<()> {
    let essential = Restart::on_failure().at_most(1, Duration::MAX).essential();
    let essential = WorkerBuilder::from_fn("essential", || Panics).restart(essential);
    let essential = essential.start(ctx).await?;
    essential.send(1).await?;
    essential.send(2).await
}

async fn leaves_a_blocked_thread(ctx: Context) -> Result<()> {
    let (blocked, is_blocked) = tokio::sync::oneshot::channel();
    tokio::task::spawn_blocking(move || {
        let _ = blocked.send(());
        loop {
            thread::park();
        }
    });
    is_blocked.await?;
    ctx.stop().await
}

async fn leaves_tasks(ctx: Context) -> Result<()> {
    tokio::spawn(pending::<()>());
    tokio::spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    let (blocked, is_blocked) = tokio::sync::oneshot::channel();
    thread::spawn(move || {
        let _ = blocked.send(());
        loop {
            thread::park();
        }
    });
    is_blocked.await?;
    ctx.stop().await
}
