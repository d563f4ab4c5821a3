//! Pools: members that the group starts, supervises and stops.

use std::time::Duration;

use ockam::{
    Address, Context, Delivery, DownReason, Error, ErrorKind, Group, Result, Supervisor, Worker,
    WorkerBuilder,
};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::soon;

use super::{Gate, PANIC, STOP};

fn addresses<const N: usize>(names: [&str; N]) -> Vec<Address> {
    names.into_iter().map(Address::from).collect()
}

#[ockam::test]
async fn members_have_the_address_of_the_group_and_their_index(ctx: Context) -> Result<()> {
    let pool = Group::new("pool", Delivery::round_robin()).members(2, Gate::open().make());
    let pool = pool.start(&ctx).await?;
    assert_eq!(ctx.list_workers(), addresses(["pool", "pool-0", "pool-1"]));
    pool.resize(3).await?;
    assert_eq!(
        ctx.list_workers(),
        addresses(["pool", "pool-0", "pool-1", "pool-2"])
    );
    assert_eq!(pool.len(), 3);
    pool.resize(1).await?;
    assert_eq!(ctx.list_workers(), addresses(["pool", "pool-0"]));
    pool.resize(0).await?;
    assert_eq!(pool.send(7).await.unwrap_err().kind(), ErrorKind::NoRoute);
    pool.resize(1).await?;
    assert_eq!(pool.ask::<usize>(7).await?, 0);
    pool.stop().await?;
    assert!(ctx.list_workers().is_empty());
    Ok(())
}

#[ockam::test]
async fn one_that_is_resized_away_handles_what_it_has(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = Group::new("pool", Delivery::round_robin()).members(2, gate.make());
    let pool = pool.start(&ctx).await?;
    for job in 0..20 {
        pool.send(job).await?;
    }
    gate.let_go(20);
    pool.resize(1).await?;
    eventually("all is handled", || gate.begun() == 20).await;
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[ockam::test]
async fn one_that_stops_itself_leaves_and_its_index_is_free(ctx: Context) -> Result<()> {
    let pool = Group::new("pool", Delivery::round_robin()).members(3, Gate::open().make());
    let pool = pool.start(&ctx).await?;
    ctx.send_message("pool-1", STOP).await?;
    eventually("it has left", || pool.len() == 2).await;
    eventually("it has ended", || ctx.inspect_worker("pool-1").is_err()).await;
    pool.resize(3).await?;
    assert_eq!(ctx.ask::<usize>("pool-1", 7_u64).await?, 1);
    Ok(())
}

#[ockam::test]
async fn one_that_fails_is_started_again_where_it_was(ctx: Context) -> Result<()> {
    let pool = Group::new("pool", Delivery::round_robin()).members(2, Gate::open().make());
    let pool = pool.start(&ctx).await?;
    let failed = pool.ask::<usize>(PANIC).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Panicked);
    assert_eq!(pool.len(), 2);
    let who = [pool.ask::<usize>(7).await?, pool.ask::<usize>(7).await?];
    assert_eq!(who, [1, 0]);
    Ok(())
}

#[ockam::test]
async fn a_pool_is_stopped_and_killed_like_a_worker(ctx: Context) -> Result<()> {
    for killed in [false, true] {
        let pool = Group::new("pool", Delivery::round_robin()).members(2, Gate::open().make());
        let pool = pool.start(&ctx).await?;
        match killed {
            false => ctx.stop_worker("pool").await?,
            true => ctx.kill_worker("pool").await?,
        }
        let reason = pool.ended().await.reason().clone();
        assert_eq!(matches!(reason, DownReason::Killed), killed);
        eventually("all have stopped", || ctx.list_workers().is_empty()).await;
        assert_eq!(pool.send(7).await.unwrap_err().kind(), ErrorKind::Stopped);
        assert_eq!(pool.resize(7).await.unwrap_err().kind(), ErrorKind::Stopped);
    }
    Ok(())
}

#[ockam::test]
async fn a_taken_address_leaves_nothing_behind(ctx: Context) -> Result<()> {
    let pool = || Group::new("pool", Delivery::round_robin()).members(3, Gate::open().make());
    let taken = ctx.open("pool-1")?;
    let started = pool().start(&ctx).await;
    assert_eq!(
        started.map(drop).unwrap_err().kind(),
        ErrorKind::AddressTaken
    );
    assert!(ctx.list_workers().is_empty());
    drop(taken);
    let running = pool().start(&ctx).await?;
    let again = pool().start(&ctx).await;
    assert_eq!(again.map(drop).unwrap_err().kind(), ErrorKind::AddressTaken);
    assert_eq!(running.len(), 3);
    Ok(())
}

#[ockam::test]
async fn a_size_without_a_function_or_a_bound_is_refused(ctx: Context) -> Result<()> {
    let news = Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    assert_eq!(
        news.resize(1).await.unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    news.resize(0).await?;
    let pool = Group::new("pool", Delivery::round_robin()).members(1, Gate::open().make());
    let pool = pool.start(&ctx).await?;
    let error = pool.resize(usize::MAX).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(pool.len(), 1);
    let none = Group::new("none", Delivery::round_robin()).members(usize::MAX, Gate::open().make());
    assert_eq!(
        none.start(&ctx).await.map(drop).unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    let no_room = Group::new("no room", Delivery::round_robin()).members(1, Gate::open().make());
    let no_room = no_room.mailbox_capacity(0).start(&ctx).await;
    assert_eq!(
        no_room.map(drop).unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    Ok(())
}

#[ockam::test]
async fn a_group_is_a_child_of_a_supervisor(ctx: Context) -> Result<()> {
    let tree = Supervisor::one_for_all("tree")
        .child(Group::new("pool", Delivery::round_robin()).members(2, Gate::open().make()))
        .child(WorkerBuilder::from_fn("fragile", || Gate::open().make()(7)));
    let tree = tree.start(&ctx).await?;
    assert_eq!(ctx.ask::<usize>("pool", 7_u64).await?, 0);
    let failed = ctx.ask::<usize>("fragile", PANIC).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Panicked);
    // The pool has been started again with it.
    assert_eq!(ctx.ask::<usize>("fragile", 7_u64).await?, 7);
    assert_eq!(ctx.inspect_worker("pool")?.restarts, 1);
    let who = ctx.ask::<usize>("pool", 7_u64).await?;
    assert!(who < 2);
    tree.stop().await?;
    assert!(ctx.list_workers().is_empty());
    Ok(())
}

/// Does not start.
struct Unwilling;

impl Worker for Unwilling {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        Err(Error::new(ErrorKind::Other, "not today"))
    }
}

#[ockam::test]
async fn a_member_that_does_not_start_is_the_starters_error(ctx: Context) -> Result<()> {
    let pool = Group::new("pool", Delivery::round_robin()).members(3, |_| Unwilling);
    let error = pool.start(&ctx).await.map(drop).unwrap_err();
    assert!(format!("{error:#}").contains("not today"), "{error:#}");
    assert!(ctx.list_workers().is_empty());
    let pool = Group::new("pool", Delivery::round_robin()).members(0, |_| Unwilling);
    let pool = pool.start(&ctx).await?;
    let error = pool.resize(2).await.unwrap_err();
    assert!(format!("{error:#}").contains("not today"), "{error:#}");
    assert!(pool.is_empty());
    Ok(())
}

#[ockam::test]
async fn a_function_that_panics_is_the_starters_error(ctx: Context) -> Result<()> {
    let make = |index: usize| -> Unwilling { panic!("no member {index}") };
    let pool = Group::new("pool", Delivery::round_robin()).members(3, make);
    let error = soon(pool.start(&ctx)).await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Panicked);
    assert!(error.to_string().contains("no member 0"), "{error}");
    assert!(ctx.list_workers().is_empty());
    Ok(())
}

#[ockam::test(paused, allow(killed))]
async fn one_that_does_not_stop_is_killed(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = Group::new("pool", Delivery::round_robin()).members(2, gate.make());
    let pool = pool.start(&ctx).await?;
    for job in 0..2 {
        pool.send(job).await?;
    }
    eventually("both are busy", || gate.begun() == 2).await;
    let begin = tokio::time::Instant::now();
    pool.resize(0).await?;
    assert!(begin.elapsed() >= Duration::from_secs(10));
    assert_eq!(ctx.list_workers(), addresses(["pool"]));
    Ok(())
}
