use std::time::Duration;

use ockam::{DownReason, Error, ErrorKind, NodeBuilder, Restart, Result};
use ockam_contract::pace::{at_rest, soon};

use super::{ERROR, FATAL, PANIC, STOP, noted, notes};

#[tokio::test(start_paused = true)]
async fn only_the_asker_hears_of_a_panic_and_what_is_queued_is_handled() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let fragile = notes.fragile("fragile").start(&ctx).await?;
    assert_eq!(fragile.ask::<u64>(5).await?, 5);
    let asks = [PANIC, 7, 1].map(|msg| {
        let fragile = fragile.clone();
        tokio::spawn(async move { fragile.ask::<u64>(msg).await })
    });
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(
            soon(ask)
                .await
                .expect("an ask doesn't panic")
                .map_err(|error| error.kind()),
        );
    }
    assert_eq!(
        answers,
        [Err(ErrorKind::Panicked), Ok(7), Ok(8)],
        "it begins anew"
    );
    assert_eq!(ctx.inspect_worker("fragile")?.restarts, 1);
    assert_eq!(noted(&mut got), ["fragile 1 starts", "fragile 2 starts"]);
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_plain_error_is_no_failure_and_a_fatal_one_is() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let restart = Restart::on_failure().fatal(|error| error.kind() == ErrorKind::InvalidInput);
    let fragile = notes
        .fragile("fragile")
        .restart(restart)
        .start(&ctx)
        .await?;
    assert_eq!(
        fragile.ask::<u64>(ERROR).await.unwrap_err().kind(),
        ErrorKind::Other
    );
    assert_eq!(ctx.inspect_worker("fragile")?.restarts, 0);
    let fatal = fragile.ask::<u64>(FATAL).await.unwrap_err();
    assert_eq!(
        fatal.kind(),
        ErrorKind::InvalidInput,
        "the error of the handler"
    );
    assert_eq!(fragile.ask::<u64>(1).await?, 1);
    assert_eq!(ctx.inspect_worker("fragile")?.restarts, 1);
    assert_eq!(noted(&mut got), ["fragile 1 starts", "fragile 2 starts"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_never_ends_it_and_one_of_always_outlives_its_own_stop() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let never = notes
        .fragile("never")
        .restart(Restart::never())
        .start(&ctx)
        .await?;
    never.send(PANIC).await?;
    let reason = DownReason::Panicked("on purpose".to_string());
    assert_eq!(soon(never.ended()).await.reason(), &reason);

    let always = notes
        .fragile("always")
        .restart(Restart::always())
        .start(&ctx)
        .await?;
    always.send(STOP).await?;
    assert_eq!(soon(always.ask::<u64>(3)).await?, 3);
    soon(always.stop()).await?;
    let expected = [
        "never 1 starts",
        "always 1 starts",
        "always 1 stops",
        "always 2 starts",
        "always 2 stops",
    ];
    assert_eq!(noted(&mut got), expected);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_the_starters_and_a_restart_that_fails_is_tried_again() -> Result<()>
{
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    notes
        .fail_to_start
        .store(1, std::sync::atomic::Ordering::Relaxed);
    let refused = notes.fragile("fragile").start(&ctx).await.unwrap_err();
    assert_eq!(refused.to_string(), "not today");

    let fragile = notes.fragile("fragile").start(&ctx).await?;
    notes
        .fail_to_start
        .store(3, std::sync::atomic::Ordering::Relaxed);
    fragile.send(PANIC).await?;
    assert_eq!(
        soon(fragile.ask::<u64>(4)).await?,
        4,
        "it waited in the mailbox"
    );
    assert_eq!(ctx.inspect_worker("fragile")?.restarts, 4);
    assert_eq!(noted(&mut got), ["fragile 1 starts", "fragile 5 starts"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_function_that_panics_is_a_failure_like_any_other() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let mut made = 0;
    let builder = ockam::WorkerBuilder::from_fn("fragile", move || {
        made += 1;
        assert!(made != 2, "on purpose");
        super::Fragile {
            name: "fragile".to_owned(),
            notes: notes.clone(),
            incarnation: made,
            sum: 0,
        }
    });
    let fragile = builder.start(&ctx).await?;
    fragile.send(PANIC).await?;
    assert_eq!(soon(fragile.ask::<u64>(4)).await?, 4);
    let never =
        ockam::WorkerBuilder::from_fn("never", || -> super::Fragile { panic!("on purpose") });
    let error = never.start(&ctx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Panicked);
    assert!(error.to_string().contains("0#never"), "{error}");
    Ok(())
}

/// Panics wherever a worker can.
struct Nervous(&'static str, ockam::Timer);

impl ockam::Worker for Nervous {
    type Message = u64;
    type Context = ockam::Context;

    async fn handle_message(&mut self, ctx: &mut ockam::Context, msg: u64) -> Result<()> {
        match (self.0, msg) {
            ("drop", 0) => return Err(Error::new(ErrorKind::InvalidInput, "fatal")),
            (_, 0) => panic!("on purpose"),
            _ => {}
        }
        ctx.reply(u64::from(self.1.cancel())).await
    }

    async fn shutdown(&mut self, _ctx: &mut ockam::Context) -> Result<()> {
        panic!("on purpose")
    }
}

impl Drop for Nervous {
    fn drop(&mut self) {
        if self.0 == "drop" && !std::thread::panicking() {
            panic!("on purpose")
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_panics_when_it_is_dropped_is_started_again() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let timer = ctx.send_after(Duration::from_secs(3_600), "nobody", 1_u64);
    let nervous = ockam::WorkerBuilder::from_fn("nervous", move || Nervous("drop", timer.clone()));
    let fatal = Restart::on_failure().fatal(|_| true);
    let nervous = nervous.restart(fatal).start(&ctx).await?;
    for restarts in 1..=3 {
        let failed = nervous.ask::<u64>(0).await.unwrap_err();
        assert!(matches!(
            failed.kind(),
            ErrorKind::InvalidInput | ErrorKind::Panicked
        ));
        assert_eq!(soon(nervous.ask::<u64>(1)).await?, u64::from(restarts == 1));
        assert_eq!(ctx.inspect_worker("nervous")?.restarts, restarts);
    }
    Ok(())
}

/// Leaves timers and monitors behind when it panics.
struct Leaving;

impl ockam::Worker for Leaving {
    type Message = u64;
    type Context = ockam::Context;

    async fn handle_message(&mut self, ctx: &mut ockam::Context, msg: u64) -> Result<()> {
        match msg {
            0 => {
                ctx.send_every(Duration::from_secs(1), ctx.address(), 0_u64);
                ctx.send_every(Duration::from_secs(1), "app", 1_u64);
                ctx.monitor("opened")?;
                panic!("on purpose")
            }
            msg => ctx.reply(msg).await,
        }
    }

    async fn down(&mut self, _ctx: &mut ockam::Context, _down: ockam::Down) -> Result<()> {
        panic!("this incarnation monitors nothing")
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_incarnation_has_made_ends_with_it() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let opened = ctx.open("opened")?;
    let leaving = ockam::WorkerBuilder::from_fn("leaving", || Leaving)
        .start(&ctx)
        .await?;
    leaving.send(0).await?;
    at_rest().await;
    drop(opened);
    assert!(
        ctx.receive_timeout::<u64>(Duration::from_secs(100))
            .await
            .is_err()
    );
    assert_eq!(soon(leaving.ask::<u64>(3)).await?, 3);
    assert_eq!(ctx.inspect_worker("leaving")?.restarts, 1);
    Ok(())
}
