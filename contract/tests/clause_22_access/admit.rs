//! Decisions that need I/O.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ockam::{Context, Error, ErrorKind, Result, Subject, WorkerBuilder};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::{poll_once, soon};
use tokio::sync::Semaphore;

use super::{Vault, assert_denied};

/// Decides when it is let go on, and counts how often it was asked.
#[derive(Clone)]
struct Office {
    open: Arc<Semaphore>,
    asked: Arc<AtomicUsize>,
}

impl Office {
    fn letting(verdicts: usize) -> Self {
        Self {
            open: Arc::new(Semaphore::new(verdicts)),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    async fn admit(self, sender: Subject) -> Result<bool> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let permit = self.open.acquire().await;
        permit
            .map_err(|_| Error::new(ErrorKind::Other, "closed"))?
            .forget();
        Ok(!sender.is("mallory"))
    }

    async fn guard(&self, ctx: &Context, keep: Duration) -> Result<ockam::WorkerHandle<String>> {
        let office = self.clone();
        let vault = WorkerBuilder::new("vault", Vault);
        let vault = vault.admit(keep, move |sender| office.clone().admit(sender));
        vault.start(ctx).await
    }
}

const HOUR: Duration = Duration::from_secs(3600);

#[ockam::test]
async fn messages_wait_for_the_verdict_and_keep_their_order(ctx: Context) -> Result<()> {
    let office = Office::letting(0);
    let vault = office.guard(&ctx, HOUR).await?;
    let full = ctx.try_send("vault", "x".to_owned()).unwrap_err();
    assert_eq!(full.kind(), ErrorKind::MailboxFull);
    assert_eq!(
        vault.try_send("x".to_owned()).unwrap_err().kind(),
        ErrorKind::MailboxFull
    );
    let mut first = Box::pin(ctx.ask::<String>("vault", "first".to_owned()));
    let mut second = Box::pin(vault.ask::<String>("second".to_owned()));
    assert!(poll_once(&mut first).await.is_pending());
    assert!(poll_once(&mut second).await.is_pending());
    eventually("it is asked", || office.asked() == 1).await;
    office.open.add_permits(1);
    assert_eq!(first.await?, "first");
    assert_eq!(second.await?, "second");
    // The verdict is kept.
    ctx.ask::<String>("vault", "third".to_owned()).await?;
    assert_eq!(office.asked(), 1);
    Ok(())
}

#[ockam::test]
async fn a_verdict_may_be_no(ctx: Context) -> Result<()> {
    let office = Office::letting(9);
    office.guard(&ctx, HOUR).await?;
    let mallory = ctx.open("mallory")?;
    for _ in 0..3 {
        assert_denied(mallory.send_message("vault", "x".to_owned()).await, "x");
    }
    assert_denied(mallory.try_send("vault", "x".to_owned()), "x");
    assert_eq!(office.asked(), 1);
    assert_eq!(ctx.ask::<String>("vault", "x".to_owned()).await?, "x");
    assert_eq!(office.asked(), 2);
    Ok(())
}

#[ockam::test(paused)]
async fn a_verdict_is_kept_for_its_time(ctx: Context) -> Result<()> {
    let office = Office::letting(9);
    office.guard(&ctx, Duration::from_secs(60)).await?;
    ctx.ask::<String>("vault", "x".to_owned()).await?;
    tokio::time::sleep(Duration::from_secs(59)).await;
    ctx.ask::<String>("vault", "x".to_owned()).await?;
    assert_eq!(office.asked(), 1);
    tokio::time::sleep(Duration::from_secs(2)).await;
    ctx.ask::<String>("vault", "x".to_owned()).await?;
    assert_eq!(office.asked(), 2);
    Ok(())
}

#[ockam::test]
async fn no_time_and_all_time_are_times(ctx: Context) -> Result<()> {
    for (keep, asked) in [(Duration::ZERO, 3), (Duration::MAX, 1)] {
        let office = Office::letting(9);
        let vault = office.guard(&ctx, keep).await?;
        for _ in 0..3 {
            ctx.ask::<String>("vault", "x".to_owned()).await?;
        }
        assert_eq!(office.asked(), asked);
        vault.stop().await?;
    }
    Ok(())
}

#[ockam::test(paused)]
async fn one_that_fails_refuses_and_is_asked_again(ctx: Context) -> Result<()> {
    let office = Office::letting(0);
    office.guard(&ctx, HOUR).await?;
    // It takes too long.
    let sent = ctx
        .sender()
        .ask_timeout::<String>("vault", "x".to_owned(), HOUR)
        .await;
    assert_denied(sent.map(drop), "x");
    assert_eq!(office.asked(), 1);
    office.open.add_permits(1);
    assert_eq!(ctx.ask::<String>("vault", "x".to_owned()).await?, "x");
    assert_eq!(office.asked(), 2);
    Ok(())
}

#[ockam::test]
async fn errors_and_panics_refuse(ctx: Context) -> Result<()> {
    let failing = WorkerBuilder::new("failing", Vault).admit(HOUR, async |_| {
        Err(Error::new(ErrorKind::Other, "no database"))
    });
    failing.start(&ctx).await?;
    let late = WorkerBuilder::new("late", Vault).admit(HOUR, async |_| panic!("on purpose"));
    late.start(&ctx).await?;
    let early = |_: Subject| -> std::future::Ready<Result<bool>> { panic!("on purpose") };
    WorkerBuilder::new("early", Vault)
        .admit(HOUR, early)
        .start(&ctx)
        .await?;
    for vault in ["failing", "late", "early"] {
        for _ in 0..2 {
            assert_denied(soon(ctx.send_message(vault, "x".to_owned())).await, "x");
        }
    }
    Ok(())
}

#[ockam::test]
async fn the_end_of_the_worker_ends_what_is_being_decided(ctx: Context) -> Result<()> {
    let office = Office::letting(0);
    let vault = office.guard(&ctx, HOUR).await?;
    let mut sending = Box::pin(ctx.send_message("vault", "x".to_owned()));
    assert!(poll_once(&mut sending).await.is_pending());
    eventually("it is asked", || office.asked() == 1).await;
    vault.stop().await?;
    let mut error = soon(sending).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Denied | ErrorKind::Stopped),
        "{error}"
    );
    assert_eq!(error.take::<String>().as_deref(), Some("x"));
    Ok(())
}
