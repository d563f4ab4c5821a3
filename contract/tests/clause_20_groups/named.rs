//! Get or start by name: all who ask for a name get the same worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ockam::{Context, Error, ErrorKind, Factory, Result, Supervisor, Worker, WorkerBuilder};
use ockam_contract::pace::poll_once;
use tokio::sync::Notify;

/// Counts what it is sent, and waits in its start until it is let go on.
struct Session {
    sum: u64,
    life: Arc<Life>,
}

#[derive(Default)]
struct Life {
    begun: AtomicUsize,
    fails: AtomicUsize,
    go: Notify,
    waits: bool,
}

impl Worker for Session {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        self.life.begun.fetch_add(1, Ordering::Relaxed);
        if self.life.waits {
            self.life.go.notified().await;
        }
        let one_less = |left: usize| left.checked_sub(1);
        let fails = &self.life.fails;
        match fails.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less) {
            Ok(_) => Err(Error::new(ErrorKind::Other, "not today")),
            Err(_) => Ok(()),
        }
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.sum += msg;
        ctx.reply(self.sum).await
    }
}

fn session(life: &Arc<Life>) -> WorkerBuilder<Session, Factory> {
    let life = life.clone();
    WorkerBuilder::from_fn("session", move || Session {
        sum: 0,
        life: life.clone(),
    })
}

#[ockam::test]
async fn all_get_the_same_worker(ctx: Context) -> Result<()> {
    let life = Arc::new(Life {
        waits: true,
        ..Life::default()
    });
    let mut first = Box::pin(session(&life).get_or_start(&ctx));
    assert!(poll_once(&mut first).await.is_pending());
    let mut second = Box::pin(session(&life).get_or_start(&ctx));
    assert!(poll_once(&mut second).await.is_pending());
    life.go.notify_one();
    let (first, second) = (first.await?, second.await?);
    assert_eq!(first.ask::<u64>(1).await?, 1);
    assert_eq!(second.ask::<u64>(1).await?, 2);
    assert_eq!(
        session(&life)
            .get_or_start(&ctx)
            .await?
            .ask::<u64>(1)
            .await?,
        3
    );
    assert_eq!(life.begun.load(Ordering::Relaxed), 1);
    Ok(())
}

#[ockam::test]
async fn when_one_gives_up_the_other_starts_it(ctx: Context) -> Result<()> {
    let life = Arc::new(Life {
        waits: true,
        ..Life::default()
    });
    let mut first = Box::pin(session(&life).get_or_start(&ctx));
    assert!(poll_once(&mut first).await.is_pending());
    let mut second = Box::pin(session(&life).get_or_start(&ctx));
    assert!(poll_once(&mut second).await.is_pending());
    drop(first);
    assert!(poll_once(&mut second).await.is_pending());
    life.go.notify_one();
    assert_eq!(second.await?.ask::<u64>(1).await?, 1);
    assert_eq!(life.begun.load(Ordering::Relaxed), 2);
    Ok(())
}

#[ockam::test]
async fn the_failure_of_a_start_is_told_to_the_one_who_has_tried(ctx: Context) -> Result<()> {
    let life = Arc::new(Life {
        fails: AtomicUsize::new(1),
        ..Life::default()
    });
    let failed = session(&life).get_or_start(&ctx).await;
    assert!(format!("{:#}", failed.map(drop).unwrap_err()).contains("not today"));
    assert_eq!(
        session(&life)
            .get_or_start(&ctx)
            .await?
            .ask::<u64>(1)
            .await?,
        1
    );
    Ok(())
}

#[ockam::test]
async fn one_that_stops_is_waited_for_and_started_again(ctx: Context) -> Result<()> {
    let life = Arc::<Life>::default();
    let first = session(&life).get_or_start(&ctx).await?;
    first.ask::<u64>(41).await?;
    let mut stopping = Box::pin(first.stop());
    assert!(poll_once(&mut stopping).await.is_pending());
    let second = session(&life).get_or_start(&ctx).await?;
    stopping.await?;
    assert_eq!(second.ask::<u64>(1).await?, 1);
    Ok(())
}

#[ockam::test]
async fn what_is_no_worker_of_the_type_is_refused(ctx: Context) -> Result<()> {
    struct Other;

    impl Worker for Other {
        type Message = String;
        type Context = Context;
    }

    let life = Arc::<Life>::default();
    let other = ctx.start_worker("session", Other).await?;
    let error = session(&life)
        .get_or_start(&ctx)
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType);
    other.stop().await?;
    let _opened = ctx.open("session")?;
    let error = session(&life)
        .get_or_start(&ctx)
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    // A second address that is taken is no reason to go on for ever.
    let make = || Session {
        sum: 0,
        life: Arc::default(),
    };
    let taken = WorkerBuilder::from_fn(["free", "session"], make);
    let error = taken.get_or_start(&ctx).await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressTaken);
    Ok(())
}

#[ockam::test(seeds = 200, allow(unhandled))]
async fn under_seeds_there_is_one_at_a_time(ctx: Context) -> Result<()> {
    let life = Arc::new(Life {
        fails: AtomicUsize::new(1),
        ..Life::default()
    });
    let mut tasks = Vec::new();
    for name in ["one", "two", "three", "four"] {
        let (own, life) = (ctx.open(name)?, life.clone());
        tasks.push(tokio::spawn(async move {
            let mut sums = Vec::new();
            for _ in 0..3 {
                let Ok(session) = session(&life).get_or_start(&own).await else {
                    continue;
                };
                if let Ok(sum) = session.ask::<u64>(1).await {
                    sums.push(sum);
                }
                if name == "four" {
                    session.stop().await?;
                }
            }
            Ok::<_, Error>(sums)
        }));
    }
    let mut answers = 0;
    for task in tasks {
        answers += task.await.expect("it doesn't panic")?.len();
    }
    assert!(answers > 0);
    assert!(life.begun.load(Ordering::Relaxed) <= 5);
    Ok(())
}

#[ockam::test]
async fn a_task_gets_or_starts_with_a_sender(ctx: Context) -> Result<()> {
    let life = Arc::<Life>::default();
    for sum in 1..=2 {
        let (session, sender) = (session(&life), ctx.sender());
        let asking = tokio::spawn(async move {
            let session = session.get_or_start(&sender).await?;
            session.ask::<u64>(1).await
        });
        assert_eq!(asking.await.expect("it doesn't panic")?, sum);
    }
    assert_eq!(life.begun.load(Ordering::Relaxed), 1);
    Ok(())
}

#[ockam::test]
async fn a_supervisor_starts_one_for_all_and_ends_with_it(ctx: Context) -> Result<()> {
    let life = Arc::<Life>::default();
    let sessions = Supervisor::one_for_one("sessions").start(&ctx).await?;
    let sender = ctx.sender();
    let (first, second) = tokio::join!(
        sessions.get_or_start(&ctx, session(&life)),
        sessions.get_or_start(&sender, session(&life)),
    );
    assert_eq!(first?.ask::<u64>(1).await?, 1);
    assert_eq!(second?.ask::<u64>(1).await?, 2);
    assert_eq!(life.begun.load(Ordering::Relaxed), 1);
    let report = ctx.inspect_worker("session")?;
    assert_eq!(report.supervisor, Some("sessions".into()));
    sessions.stop().await?;
    assert_eq!(ctx.list_workers(), [""; 0]);
    let late = sessions.get_or_start(&ctx, session(&life)).await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Stopped);
    Ok(())
}
