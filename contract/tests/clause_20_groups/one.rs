//! One of the members gets a message.

use std::collections::HashSet;

use ockam::{Any, Context, Delivery, ErrorKind, Group, LocalOnly, Message, Result, route};
use ockam_contract::eventually::eventually;

use super::Gate;

#[ockam::test]
async fn members_take_turns(ctx: Context) -> Result<()> {
    let pool = Group::new("pool", Delivery::round_robin()).members(3, Gate::open().make());
    let pool = pool.start(&ctx).await?;
    let mut who = Vec::new();
    for job in 0..6 {
        who.push(pool.ask::<usize>(job).await?);
    }
    assert_eq!(who, [0, 1, 2, 0, 1, 2]);
    Ok(())
}

#[ockam::test]
async fn an_address_leads_to_a_group_from_anywhere(ctx: Context) -> Result<()> {
    let pool = Group::new("pool", Delivery::round_robin()).members(2, Gate::open().make());
    let pool = pool.start(&ctx).await?;
    let sender = ctx.sender();
    let asked = [
        ctx.ask::<usize>("pool", 7_u64).await?,
        sender.ask::<usize>("pool", 7_u64).await?,
        pool.ask::<usize>(7).await?,
        pool.clone().ask::<usize>(7).await?,
        ctx.ask::<usize>("pool", Any::new(7_u64)).await?,
    ];
    assert_eq!(asked, [0, 1, 0, 1, 0]);
    assert_eq!(ctx.ask::<usize>("pool-1", 7_u64).await?, 1);
    Ok(())
}

#[ockam::test]
async fn the_answer_of_a_member_comes_from_its_own_address(mut ctx: Context) -> Result<()> {
    let pool = Group::new("pool", Delivery::round_robin()).members(2, Gate::open().make());
    pool.start(&ctx).await?;
    ctx.send_message("pool", 7_u64).await?;
    let answer = ctx.receive::<usize>().await?;
    assert_eq!(answer.return_route(), &route!["pool-0"]);
    Ok(())
}

#[ockam::test]
async fn the_one_with_the_fewest_messages_gets_the_next_one(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = Group::new("pool", Delivery::least_loaded()).members(3, gate.make());
    let pool = pool.start(&ctx).await?;
    // One message for each, which they are busy with.
    for job in 0..3 {
        pool.send(job).await?;
    }
    eventually("all are busy", || gate.begun() == 3).await;
    for member in ["pool-0", "pool-1", "pool-2"] {
        assert_eq!(ctx.inspect_worker(member)?.queued, 0, "{member}");
    }
    for job in 0..3 {
        pool.send(job).await?;
    }
    for member in ["pool-0", "pool-1", "pool-2"] {
        assert_eq!(ctx.inspect_worker(member)?.queued, 1, "{member}");
    }
    gate.let_go(6);
    ctx.idle().await?;
    // All are idle again, so what is handled doesn't count.
    let mut who = HashSet::new();
    gate.let_go(3);
    for job in 0..3 {
        who.insert(pool.ask::<usize>(job).await?);
    }
    assert_eq!(who.len(), 3);
    Ok(())
}

#[ockam::test]
async fn a_busy_member_gets_nothing_while_another_one_is_idle(ctx: Context) -> Result<()> {
    let gate = Gate::letting(0);
    let pool = Group::new("pool", Delivery::least_loaded()).members(2, gate.make());
    let pool = pool.start(&ctx).await?;
    pool.send(0).await?;
    eventually("it is busy", || gate.begun() == 1).await;
    let busy = ctx.inspect_worker("pool-0")?;
    assert_eq!(busy.queued, 0);
    for job in 1..4 {
        pool.send(job).await?;
        eventually("the other one has it", || gate.begun() == 2).await;
        if job == 1 {
            // Now both are busy, and take turns.
            assert_eq!(ctx.inspect_worker("pool-0")?.queued, 0);
        }
    }
    let queued = |member: &str| ctx.inspect_worker(member).map(|it| it.queued);
    assert_eq!((queued("pool-0")?, queued("pool-1")?), (1, 1));
    gate.let_go(4);
    ctx.idle().await
}

#[ockam::test]
async fn messages_of_another_type_are_refused(ctx: Context) -> Result<()> {
    for (name, delivery) in [
        ("turns", Delivery::round_robin()),
        ("least", Delivery::least_loaded()),
        ("keys", Delivery::by_key(|job: &u64| *job)),
        ("all", Delivery::all()),
    ] {
        let pool = Group::new(name, delivery).members(2, Gate::open().make());
        pool.start(&ctx).await?;
        let refuse = async |sent: Result<()>| {
            let error = sent.expect_err("it takes `u64`");
            assert_eq!(error.kind(), ErrorKind::WrongType);
            assert!(error.to_string().contains("takes `u64`"), "{error}");
            error
        };
        let mut error = refuse(ctx.send_message(name, "seven".to_owned()).await).await;
        assert_eq!(error.take::<String>().as_deref(), Some("seven"));
        refuse(ctx.try_send(name, LocalOnly(()))).await;
        refuse(ctx.send_message(name, Any::new(false)).await).await;
    }
    Ok(())
}

/// A message that can't leave the node.
struct Local(u64);

impl Message for Local {}

#[ockam::test]
async fn a_message_need_not_be_serialised(ctx: Context) -> Result<()> {
    let delivery = Delivery::by_key(|it: &Local| it.0);
    Group::new("keys", delivery).start(&ctx).await?;
    let mut member = ctx.open("member")?;
    member.join("keys").await?;
    ctx.send_message("keys", Local(7)).await?;
    assert_eq!(member.receive::<Local>().await?.0, 7);
    Ok(())
}

#[ockam::test]
async fn a_route_goes_on_behind_a_group(ctx: Context) -> Result<()> {
    Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let (mut left, mut right) = (ctx.open("left")?, ctx.open("right")?);
    left.join("news").await?;
    right.join("news").await?;
    ctx.send_message(route!["news", "far"], 7_u64).await?;
    for member in [&mut left, &mut right] {
        let message = member.receive::<u64>().await?;
        assert_eq!(message.onward_route(), &route!["far"]);
        assert_eq!(message.return_route(), &route!["app"]);
    }
    Ok(())
}
