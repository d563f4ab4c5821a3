//! The same key goes to the same member, as long as that one lives.

use std::collections::HashMap;

use ockam::{Context, Delivery, ErrorKind, Group, Result};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::poll_once;

use super::{Gate, PANIC};

#[ockam::test]
async fn a_key_stays_where_it_is_when_others_join(ctx: Context) -> Result<()> {
    let pool = Group::new("pool", Delivery::by_key(|job| *job)).members(2, Gate::open().make());
    let pool = pool.start(&ctx).await?;
    let mut owners = HashMap::new();
    for key in 0..50 {
        owners.insert(key, pool.ask::<usize>(key).await?);
    }
    // They are shared out evenly, but for keys that are not told apart.
    let of_first = owners.values().filter(|owner| **owner == 0).count();
    assert!((15..=35).contains(&of_first), "{of_first}");
    pool.resize(5).await?;
    for (key, owner) in &owners {
        assert_eq!(pool.ask::<usize>(*key).await?, *owner);
    }
    // New keys go to those that have none.
    let mut fresh = Vec::new();
    for key in 50..80 {
        fresh.push(pool.ask::<usize>(key).await?);
    }
    let of_new = fresh.iter().filter(|owner| **owner >= 2).count();
    assert!(of_new >= 20, "{fresh:?}");
    Ok(())
}

#[ockam::test]
async fn the_keys_of_one_that_ends_go_to_others(ctx: Context) -> Result<()> {
    let pool = Group::new("pool", Delivery::by_key(|job| *job)).members(4, Gate::open().make());
    let pool = pool.start(&ctx).await?;
    let mut owners = HashMap::new();
    for key in 0..40 {
        owners.insert(key, pool.ask::<usize>(key).await?);
    }
    pool.resize(3).await?;
    for (key, owner) in owners {
        let now = pool.ask::<usize>(key).await?;
        match owner {
            3 => assert!(now < 3),
            _ => assert_eq!(now, owner),
        }
    }
    Ok(())
}

#[ockam::test]
async fn a_key_waits_for_the_end_of_its_member(ctx: Context) -> Result<()> {
    let gate = Gate::letting(1);
    let pool = Group::new("pool", Delivery::by_key(|_: &u64| ())).members(1, gate.make());
    let pool = pool.start(&ctx).await?;
    assert_eq!(pool.ask::<usize>(0).await?, 0);
    pool.send(1).await?;
    eventually("it is busy", || gate.begun() == 2).await;
    let mut resizing = Box::pin(pool.resize(0));
    assert!(poll_once(&mut resizing).await.is_pending());
    let mut other = ctx.open("other")?;
    other.join("pool").await?;
    ctx.idle().await?;
    // Its mailbox takes messages until it has heard of its stop: they are its own.
    pool.send(2).await?;
    gate.let_go(2);
    resizing.await?;
    pool.send(3).await?;
    assert_eq!(other.receive::<u64>().await?, 3);
    assert_eq!(gate.begun(), 3);
    Ok(())
}

#[ockam::test]
async fn one_that_fails_keeps_its_keys_and_its_queue(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = Group::new("pool", Delivery::by_key(|_: &u64| ())).members(3, gate.make());
    let pool = pool.start(&ctx).await?;
    let first = tokio::spawn({
        let pool = pool.clone();
        async move { pool.ask::<usize>(0).await }
    });
    eventually("it is busy", || gate.begun() == 1).await;
    let failing = tokio::spawn({
        let pool = pool.clone();
        async move { pool.ask::<usize>(PANIC).await }
    });
    ctx.idle().await?;
    let behind = tokio::spawn({
        let pool = pool.clone();
        async move { pool.ask::<usize>(1).await }
    });
    ctx.idle().await?;
    gate.let_go(3);
    let owner = first.await.expect("it doesn't panic")?;
    let failed = failing.await.expect("it doesn't panic").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Panicked);
    assert_eq!(behind.await.expect("it doesn't panic")?, owner);
    assert_eq!(pool.len(), 3);
    assert_eq!(ctx.inspect_worker(format!("pool-{owner}"))?.restarts, 1);
    Ok(())
}

#[ockam::test]
async fn a_key_that_panics_is_the_senders_error(ctx: Context) -> Result<()> {
    let delivery = Delivery::by_key(|job: &u64| -> u64 { panic!("no key for {job}") });
    let pool = Group::new("pool", delivery).members(2, Gate::open().make());
    let pool = pool.start(&ctx).await?;
    let errors = [
        pool.send(7).await.unwrap_err(),
        pool.try_send(7).unwrap_err(),
        ctx.send_message("pool", 7_u64).await.unwrap_err(),
    ];
    for mut error in errors {
        assert_eq!(error.kind(), ErrorKind::Panicked);
        assert!(error.to_string().contains("no key for 7"), "{error}");
        assert_eq!(error.take::<u64>(), Some(7));
    }
    // Nobody else is disturbed.
    assert_eq!(ctx.ask::<usize>("pool-1", 7_u64).await?, 1);
    Ok(())
}
