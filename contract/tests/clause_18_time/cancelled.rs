use ockam::{Context, NodeBuilder, Result};
use ockam_contract::pace::{at_rest, soon};

use super::{Kept, PANIC, SECOND, SLOW, timed};

#[tokio::test(start_paused = true)]
async fn a_message_that_waits_in_the_own_mailbox_is_withdrawn() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let kept = Kept::default();
    let (worker, mut got) = timed({
        let kept = kept.clone();
        move |ctx: &Context| {
            kept.keep(ctx.send_after(SECOND, ctx.address(), 1_u64));
            ctx.send_after(SECOND, ctx.address(), 2_u64);
        }
    });
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(SLOW + 5).await?;
    tokio::time::sleep(2 * SECOND).await;
    assert!(kept.cancel(), "it waits behind the slow message");
    assert!(!kept.cancel(), "once is enough");
    soon(ctx.stop_worker("worker")).await?;
    let got: Vec<_> = std::iter::from_fn(|| got.try_recv().ok())
        .map(|it| it.0)
        .collect();
    assert_eq!(got, [SLOW + 5, 2]);
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_context_that_receives_gets_nothing_that_was_withdrawn() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let timers = [1, 2, 3].map(|number| ctx.send_after(SECOND, "app", number as u64));
    tokio::time::sleep(2 * SECOND).await;
    assert!(timers[0].cancel() && timers[2].cancel());
    assert_eq!(soon(ctx.receive::<u64>()).await?, 2);
    assert!(!timers[1].cancel());
    assert!(ctx.receive_timeout::<u64>(SECOND).await.is_err());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn all_timers_are_cancelled_at_once_and_new_ones_are_not() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.send_every(SECOND, "app", 1_u64);
    let waiting = ctx.send_after(SECOND, "app", 2_u64);
    tokio::time::sleep(2 * SECOND).await;
    ctx.cancel_timers();
    assert!(!waiting.cancel());
    ctx.send_after(SECOND, "app", 3_u64);
    assert_eq!(soon(ctx.receive::<u64>()).await?, 3);
    assert!(ctx.receive_timeout::<u64>(100 * SECOND).await.is_err());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn timers_die_with_their_worker_however_it_ends() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    for end in ["stopped", "killed", "panicked"] {
        let (worker, _got) = timed(|ctx: &Context| {
            ctx.send_after(60 * SECOND, "app", 1_u64);
            ctx.send_every(60 * SECOND, "app", 2_u64);
            ctx.send_every(60 * SECOND, ctx.address(), 3_u64);
        });
        let handle = ctx.start_worker("worker", worker).await?;
        match end {
            "stopped" => ctx.stop_worker("worker").await?,
            "killed" => ctx.kill_worker("worker").await?,
            _ => assert!(handle.ask::<u64>(PANIC).await.is_err()),
        }
        let late = ctx.receive_timeout::<u64>(1_000 * SECOND).await;
        assert!(late.is_err(), "{end}");
    }
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_tick_that_its_dying_worker_never_came_to_is_no_dead_letter() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, _got) = timed(|ctx: &Context| {
        ctx.send_every(SECOND, ctx.address(), 7_u64);
    });
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(SLOW + 5).await?;
    tokio::time::sleep(2 * SECOND).await;
    ctx.kill_worker("worker").await?;
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_node_that_has_stopped_leaves_no_timer_behind() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.send_every(SECOND, "app", 7_u64);
    ctx.send_after(SECOND, "app", 7_u64);
    ctx.stop().await?;
    tokio::time::sleep(10 * SECOND).await;
    at_rest().await;
    assert_eq!(ctx.dead_letters(), 0);
    let alive = tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks();
    assert_eq!(alive, 0, "tasks");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn dropping_a_timer_cancels_nothing() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    drop(ctx.send_after(SECOND, "app", 7_u64));
    assert_eq!(soon(ctx.receive::<u64>()).await?, 7);
    Ok(())
}
