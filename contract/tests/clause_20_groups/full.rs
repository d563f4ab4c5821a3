//! What happens at full mailboxes.

use std::time::Duration;

use ockam::{Context, Delivery, ErrorKind, Group, GroupHandle, Result};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::poll_once;

use super::{Gate, QUIET};

/// Starts a pool whose members are busy, and whose mailboxes of one place are full.
async fn full(
    ctx: &Context,
    gate: &Gate,
    delivery: Delivery<u64>,
    members: usize,
) -> Result<GroupHandle<u64>> {
    let pool = Group::new("pool", delivery).members(members, gate.make());
    let pool = pool.mailbox_capacity(1).start(ctx).await?;
    for round in 1..=2 {
        for member in 0..members {
            ctx.send_message(format!("pool-{member}"), QUIET).await?;
        }
        if round == 1 {
            eventually("all are busy", || gate.begun() == members).await;
        }
    }
    Ok(pool)
}

#[ockam::test(paused)]
async fn waits_until_one_has_room(ctx: Context) -> Result<()> {
    for delivery in [
        Delivery::round_robin(),
        Delivery::least_loaded(),
        Delivery::by_key(|job| *job),
        Delivery::all(),
    ] {
        let gate = Gate::letting(0);
        let pool = full(&ctx, &gate, delivery, 3).await?;
        let mut sending = Box::pin(pool.send(7));
        assert!(poll_once(&mut sending).await.is_pending());
        assert_eq!(pool.try_send(8).unwrap_err().kind(), ErrorKind::MailboxFull);
        gate.let_go(usize::MAX >> 4);
        sending.await?;
        pool.stop().await?;
    }
    Ok(())
}

#[ockam::test(paused)]
async fn a_message_that_finds_no_room_in_time_comes_back(ctx: Context) -> Result<()> {
    for delivery in [
        Delivery::round_robin(),
        Delivery::least_loaded(),
        Delivery::by_key(|job| *job),
        Delivery::all(),
    ] {
        let gate = Gate::letting(0);
        let pool = full(&ctx, &gate, delivery, 2).await?;
        for sent in [pool.send(7).await, ctx.send_message("pool", 7_u64).await] {
            let mut error = sent.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut);
            assert_eq!(error.take::<u64>(), Some(7));
        }
        gate.let_go(usize::MAX >> 4);
        pool.stop().await?;
    }
    Ok(())
}

#[ockam::test(paused)]
async fn one_that_is_stuck_holds_up_nobody_who_can_go_elsewhere(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = full(&ctx, &gate, Delivery::least_loaded(), 2).await?;
    let other = ctx.open("other")?;
    let mut sending = Box::pin(pool.send(7));
    assert!(poll_once(&mut sending).await.is_pending());
    // One that joins has room.
    other.join("pool").await?;
    sending.await?;
    let mut other = other;
    assert_eq!(other.receive::<u64>().await?, 7);
    gate.let_go(4);
    Ok(())
}

#[ockam::test]
async fn to_all_means_to_all_or_to_nobody_if_it_waits(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = full(&ctx, &gate, Delivery::all(), 1).await?;
    let mut other = ctx.open("other")?;
    other.join("pool").await?;
    assert_eq!(pool.try_send(8).unwrap_err().kind(), ErrorKind::MailboxFull);
    let mut sending = Box::pin(pool.send(7));
    assert!(poll_once(&mut sending).await.is_pending());
    let got = other.receive_timeout::<u64>(Duration::ZERO).await;
    assert_eq!(got.unwrap_err().kind(), ErrorKind::TimedOut);
    // One that is dropped has sent nothing, and takes no place.
    drop(sending);
    gate.let_go(2);
    ctx.idle().await?;
    gate.let_go(1);
    pool.send(9).await?;
    assert_eq!(other.receive::<u64>().await?, 9);
    Ok(())
}

#[ockam::test]
async fn skips_to_the_next_one_with_room(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = full(&ctx, &gate, Delivery::round_robin().or_skip(), 2).await?;
    let mut error = pool.send(7).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MailboxFull);
    assert_eq!(error.take::<u64>(), Some(7));
    assert_eq!(pool.skipped(), 2);
    let mut other = ctx.open("other")?;
    other.join("pool").await?;
    for job in 0..3 {
        pool.send(job).await?;
        assert_eq!(other.receive::<u64>().await?, job);
    }
    gate.let_go(4);
    Ok(())
}

#[ockam::test]
async fn a_skipped_copy_is_counted(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = full(&ctx, &gate, Delivery::all().or_skip(), 2).await?;
    let mut other = ctx.open("other")?;
    other.join("pool").await?;
    pool.send(7).await?;
    assert_eq!(other.receive::<u64>().await?, 7);
    assert_eq!(pool.skipped(), 2);
    drop(other);
    // Nobody has room.
    pool.try_send(8)?;
    assert_eq!(pool.skipped(), 4);
    gate.let_go(4);
    Ok(())
}

#[ockam::test]
async fn the_member_of_a_key_is_not_skipped(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = full(&ctx, &gate, Delivery::by_key(|job| *job).or_skip(), 2).await?;
    let other = ctx.open("other")?;
    let mut error = pool.send(7).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MailboxFull);
    assert_eq!(error.take::<u64>(), Some(7));
    assert_eq!(pool.skipped(), 1);
    other.join("pool").await?;
    // The key has its member by now.
    assert_eq!(
        pool.send(7).await.unwrap_err().kind(),
        ErrorKind::MailboxFull
    );
    gate.let_go(4);
    Ok(())
}

#[ockam::test]
async fn one_that_is_full_is_dismissed(ctx: Context) -> Result<()> {
    for delivery in [
        Delivery::round_robin().or_dismiss(),
        Delivery::least_loaded().or_dismiss(),
        Delivery::by_key(|job| *job).or_dismiss(),
        Delivery::all().or_dismiss(),
    ] {
        let gate = Gate::letting(0);
        let pool = full(&ctx, &gate, delivery, 2).await?;
        let mut other = ctx.open("other")?;
        other.join("pool").await?;
        for job in 0..3 {
            pool.send(job).await?;
            assert_eq!(other.receive::<u64>().await?, job);
        }
        gate.let_go(4);
        // Those of the pool handle what they have, and stop.
        let is_gone = |member: &str| ctx.inspect_worker(member).is_err();
        eventually("a dismissed one has stopped", || {
            pool.len() + usize::from(is_gone("pool-0")) + usize::from(is_gone("pool-1")) == 3
        })
        .await;
        drop(other);
        pool.stop().await?;
    }
    Ok(())
}

#[ockam::test]
async fn when_all_are_dismissed_the_message_comes_back(ctx: Context) -> Result<()> {
    for delivery in [
        Delivery::round_robin(),
        Delivery::by_key(|job| *job),
        Delivery::all(),
    ] {
        let gate = Gate::letting(0);
        let pool = full(&ctx, &gate, delivery.or_dismiss(), 2).await?;
        let mut error = pool.send(7).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoRoute);
        assert_eq!(error.take::<u64>(), Some(7));
        assert!(pool.is_empty());
        gate.let_go(4);
        pool.stop().await?;
    }
    Ok(())
}

#[ockam::test(worker_threads = 2)]
async fn many_senders_to_all_of_two_groups_never_wait_for_each_other(ctx: Context) -> Result<()> {
    // Both groups have the same members, which joined in another order, and a mailbox of one place each.
    let gate = Gate::open();
    let one = Group::new("one", Delivery::all()).mailbox_capacity(1);
    let one = one.members(4, gate.make()).start(&ctx).await?;
    let other = Group::new("other", Delivery::all()).mailbox_capacity(1);
    let other = other.members(4, gate.make()).start(&ctx).await?;
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..8 {
        let pool = if sender % 2 == 0 {
            one.clone()
        } else {
            other.clone()
        };
        senders.spawn(async move {
            for job in 0..200 {
                pool.send(job).await?;
            }
            Ok::<_, ockam::Error>(())
        });
    }
    for sent in ockam_contract::pace::soon(senders.join_all()).await {
        sent?;
    }
    eventually("all is handled", || gate.begun() == 8 * 200 * 4).await;
    Ok(())
}
