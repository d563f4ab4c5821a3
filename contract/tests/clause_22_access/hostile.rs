//! Rules that panic, block, or deny everything; and very many senders.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use ockam::{Allow, Context, ErrorKind, Result, Subject, WorkerBuilder};
use ockam_contract::pace::soon;

use super::{Clerk, Vault, assert_denied};

#[ockam::test]
async fn a_rule_that_panics_refuses(ctx: Context) -> Result<()> {
    let panics = |_: &Subject| -> bool { panic!("on purpose") };
    let vault = WorkerBuilder::new("vault", Vault)
        .incoming(panics)
        .start(&ctx)
        .await?;
    for _ in 0..3 {
        assert_denied(ctx.send_message("vault", "x".to_owned()).await, "x");
        assert_denied(vault.send("x".to_owned()).await, "x");
    }
    ctx.start_worker("other", Vault).await?;
    let clerk = WorkerBuilder::new("clerk", Clerk(ockam::route!["other"])).outgoing(panics);
    clerk.start(&ctx).await?;
    let asked = ctx.ask::<String>("clerk", "x".to_owned()).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::Denied);
    vault.stop().await
}

#[ockam::test]
async fn a_worker_that_nobody_may_send_to_lives_and_stops(ctx: Context) -> Result<()> {
    let vault = WorkerBuilder::new("vault", Vault).incoming(Allow::nobody());
    let vault = vault.outgoing(Allow::nobody()).start(&ctx).await?;
    assert_denied(ctx.send_message("vault", "x".to_owned()).await, "x");
    let (monitor, _) = (ctx.monitor("vault")?, ctx.inspect_worker("vault")?);
    vault.stop().await?;
    assert!(monitor.cancel());
    Ok(())
}

#[ockam::test(worker_threads = 2)]
async fn a_rule_that_blocks_holds_up_nobody_but_its_senders(ctx: Context) -> Result<()> {
    let (go, blocked) = mpsc::channel::<()>();
    let blocked = std::sync::Mutex::new(blocked);
    let blocks = move |sender: &Subject| {
        if sender.is("app") {
            let blocked = blocked.lock().expect("nobody panics with it");
            // It is an error when the test has ended.
            let _ = blocked.recv();
        }
        true
    };
    let vault = WorkerBuilder::new("vault", Vault)
        .incoming(blocks)
        .start(&ctx)
        .await?;
    let (sender, clerk) = (ctx.sender(), ctx.open("clerk")?);
    let stuck = std::thread::spawn(move || sender.blocking_send("vault", "x".to_owned()));
    for _ in 0..100 {
        assert_eq!(
            soon(clerk.ask::<String>("vault", "y".to_owned())).await?,
            "y"
        );
    }
    soon(vault.stop()).await?;
    go.send(()).expect("the rule waits for it");
    let sent = stuck.join().expect("it doesn't panic");
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::Stopped);
    Ok(())
}

#[ockam::test(worker_threads = 2)]
async fn a_hundred_thousand_sources_and_one_admit(ctx: Context) -> Result<()> {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (at_once, at_most) = (now.clone(), most.clone());
    let admit = move |_: Subject| {
        let (at_once, at_most) = (at_once.clone(), at_most.clone());
        async move {
            let now = at_once.fetch_add(1, Ordering::Relaxed) + 1;
            at_most.fetch_max(now, Ordering::Relaxed);
            tokio::task::yield_now().await;
            at_once.fetch_sub(1, Ordering::Relaxed);
            Ok(true)
        }
    };
    let vault = WorkerBuilder::new("vault", Vault).admit(Duration::from_secs(3600), admit);
    vault.start(&ctx).await?;
    let mut senders = Vec::new();
    for source in 0..100_000 {
        let source = ctx.open(format!("source {source}"))?;
        senders.push(tokio::spawn(async move {
            let hour = Duration::from_secs(3600);
            source
                .ask_timeout::<String>("vault", "x".to_owned(), hour)
                .await
        }));
    }
    for sender in senders {
        assert_eq!(sender.await.expect("it doesn't panic")?, "x");
    }
    let most = most.load(Ordering::Relaxed);
    assert!((1..=64).contains(&most), "{most} at once");
    Ok(())
}
