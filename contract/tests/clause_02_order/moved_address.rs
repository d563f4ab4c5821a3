//! A sender that has cached the destination of an address notices that the address leads elsewhere now.

use ockam::{Any, Context, ErrorKind, Result, Routed, Worker, async_worker, route};
use ockam_contract::hop::Hop;
use ockam_contract::recorder::{Recorder, recorded};

/// Sends often enough that the address is cached.
async fn familiarise(ctx: &Context, address: &str) -> Result<()> {
    for _ in 0..3 {
        ctx.send_message(address, 0_u64).await?;
    }
    Ok(())
}

#[ockam::test]
async fn a_remembered_address_leads_to_its_new_owner(ctx: Context) -> Result<()> {
    for _ in 0..10 {
        let (first, _ignored) = Recorder::<u64>::new();
        ctx.start_worker("x", first).await?;
        familiarise(&ctx, "x").await?;
        ctx.stop_worker("x").await?;

        let (second, received) = Recorder::<u64>::new();
        ctx.start_worker("x", second).await?;
        ctx.send_message("x", 7_u64).await?;
        ctx.try_send("x", 8_u64)?;
        ctx.stop_worker("x").await?;
        assert_eq!(recorded(received).await, [7, 8]);
    }
    Ok(())
}

#[ockam::test]
async fn a_remembered_address_leads_to_its_new_owner_of_another_type(ctx: Context) -> Result<()> {
    let (first, _ignored) = Recorder::<u64>::new();
    ctx.start_worker("x", first).await?;
    familiarise(&ctx, "x").await?;
    ctx.stop_worker("x").await?;

    let (second, received) = Recorder::<String>::new();
    ctx.start_worker("x", second).await?;
    ctx.send_message("x", "a text now".to_string()).await?;
    ctx.stop_worker("x").await?;
    assert_eq!(recorded(received).await, ["a text now"]);
    Ok(())
}

#[ockam::test]
async fn a_remembered_address_that_is_free_is_unknown(ctx: Context) -> Result<()> {
    let (worker, _ignored) = Recorder::<u64>::new();
    ctx.start_worker("x", worker).await?;
    familiarise(&ctx, "x").await?;
    ctx.stop_worker("x").await?;

    let mut error = ctx.send_message("x", 7_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownAddress);
    assert_eq!(error.take::<u64>(), Some(7));
    let error = ctx
        .ask::<u64>("x", "another type".to_string())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownAddress);
    Ok(())
}

/// Reports the address that was used, and the onward route.
struct Where;

#[async_worker]
impl Worker for Where {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        ctx.reply(format!("{} then {}", ctx.address(), msg.onward_route()))
            .await
    }
}

#[ockam::test]
async fn a_remembered_address_is_seen_by_the_receiver_as_it_was_used(ctx: Context) -> Result<()> {
    ctx.start_worker(vec!["main", "side"], Where).await?;
    for _ in 0..4 {
        let answer: String = ctx.ask("side", ()).await?;
        assert_eq!(answer, "0#side then ");
        let answer: String = ctx.ask(route!["side", "next"], ()).await?;
        assert_eq!(answer, "0#side then 0#next");
    }
    for _ in 0..4 {
        let answer: String = ctx.ask("main", ()).await?;
        assert_eq!(answer, "0#main then ");
    }
    Ok(())
}

#[ockam::test]
async fn a_route_through_a_remembered_hop_is_kept_when_the_hop_is_replaced(
    mut ctx: Context,
) -> Result<()> {
    for number in 0..3_u64 {
        ctx.start_worker("hop", Hop).await?;
        for _ in 0..3 {
            ctx.send_message(route!["hop", "app"], number).await?;
            assert_eq!(ctx.receive::<u64>().await?, number);
        }
        ctx.stop_worker("hop").await?;
    }
    Ok(())
}
