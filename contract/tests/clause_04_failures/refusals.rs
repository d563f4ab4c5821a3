//! Messages that can't be delivered.

use ockam::{
    Address, Context, ErrorKind, Message, NodeBuilder, Result, Route, Sender, TransportType, route,
};
use ockam_contract::hop::Hop;
use ockam_contract::recorder::Recorder;

/// A message without `Debug`, `Clone` and `PartialEq`.
struct Secret(u64);

impl Message for Secret {}

/// Sends a secret in all ways, and checks that it comes back with the same error.
async fn refused(ctx: &Context, route: &Route, kind: ErrorKind, address: &str) -> Result<()> {
    let sender = ctx.sender();
    let errors = [
        ctx.send_message(route, Secret(0)).await,
        ctx.try_send(route, Secret(1)),
        sender.send_message(route, Secret(2)).await,
        sender.try_send(route, Secret(3)),
        blocking(sender.clone(), route.clone(), Secret(4)).await?,
        ctx.ask::<()>(route, Secret(5)).await,
        sender.ask::<()>(route, Secret(6)).await,
    ];
    for (number, result) in (0..).zip(errors) {
        let mut error = result.expect_err("it can't be delivered");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(address), "{error}");
        assert!(error.take::<u64>().is_none(), "it is no number");
        assert_eq!(error.take::<Secret>().map(|secret| secret.0), Some(number));
        assert!(error.take::<Secret>().is_none(), "it was taken");
    }
    Ok(())
}

async fn blocking(sender: Sender, route: Route, secret: Secret) -> Result<Result<()>> {
    Ok(tokio::task::spawn_blocking(move || sender.blocking_send(route, secret)).await?)
}

#[ockam::test]
async fn an_address_that_nobody_has_is_unknown(ctx: Context) -> Result<()> {
    refused(
        &ctx,
        &route!["nobody"],
        ErrorKind::UnknownAddress,
        "0#nobody",
    )
    .await?;
    // Again, in case the failed look-up was cached.
    refused(
        &ctx,
        &route!["nobody", "app"],
        ErrorKind::UnknownAddress,
        "0#nobody",
    )
    .await
}

#[ockam::test]
async fn an_address_of_a_stopped_worker_is_unknown(ctx: Context) -> Result<()> {
    let (worker, _ignored) = Recorder::<Secret>::new();
    ctx.start_worker(vec!["one", "two"], worker).await?;
    ctx.stop_worker("two").await?;
    refused(&ctx, &route!["one"], ErrorKind::UnknownAddress, "0#one").await?;
    refused(&ctx, &route!["two"], ErrorKind::UnknownAddress, "0#two").await
}

#[ockam::test]
async fn an_empty_route_leads_nowhere(ctx: Context) -> Result<()> {
    refused(&ctx, &route![], ErrorKind::NoRoute, "route").await
}

#[ockam::test]
async fn a_network_that_the_node_is_not_on_is_no_route(ctx: Context) -> Result<()> {
    let tcp = Address::new(TransportType::TCP, "127.0.0.1:4000");
    refused(&ctx, &route![&tcp], ErrorKind::NoRoute, "1#127.0.0.1:4000").await?;
    refused(
        &ctx,
        &route![&tcp, "echoer"],
        ErrorKind::NoRoute,
        "1#127.0.0.1:4000",
    )
    .await
}

#[ockam::test]
async fn a_receiver_of_another_type_refuses(ctx: Context) -> Result<()> {
    let (worker, _ignored) = Recorder::<u64>::new();
    ctx.start_worker("numbers", worker).await?;
    refused(&ctx, &route!["numbers"], ErrorKind::WrongType, "0#numbers").await
}

#[tokio::test]
async fn a_node_that_has_stopped_refuses() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, _ignored) = Recorder::<Secret>::new();
    ctx.start_worker("worker", worker).await?;
    ctx.stop().await?;
    assert_eq!(
        ctx.try_send("app", ()).unwrap_err().kind(),
        ErrorKind::Stopped
    );
    refused(&ctx, &route!["worker"], ErrorKind::Stopped, "0#worker").await
}

#[ockam::test]
async fn a_handle_of_a_stopped_worker_gives_the_message_back(ctx: Context) -> Result<()> {
    let (worker, _ignored) = Recorder::<Secret>::new();
    let handle = ctx.start_worker("worker", worker).await?;
    ctx.stop_worker("worker").await?;

    let blocking = handle.clone();
    let blocking = tokio::task::spawn_blocking(move || blocking.blocking_send(Secret(3))).await?;
    let errors = [
        handle.send(Secret(0)).await,
        handle.try_send(Secret(1)),
        handle.ask::<()>(Secret(2)).await,
        blocking,
    ];
    for (number, result) in (0..).zip(errors) {
        let mut error = result.expect_err("the worker has stopped");
        assert_eq!(error.kind(), ErrorKind::Stopped);
        assert!(error.to_string().contains("0#worker"), "{error}");
        assert_eq!(error.take::<Secret>().map(|secret| secret.0), Some(number));
    }
    Ok(())
}

#[ockam::test]
async fn a_taken_address_is_named(ctx: Context) -> Result<()> {
    ctx.start_worker("hop", Hop).await?;
    for taken in ["hop", "app"] {
        let opened = ctx.open(taken).err();
        let started = ctx.start_worker(vec!["free", taken], Hop).await.err();
        for error in [opened, started] {
            let error = error.expect("the address is taken");
            assert_eq!(error.kind(), ErrorKind::AddressTaken);
            assert!(error.to_string().contains(&format!("0#{taken}")), "{error}");
        }
    }
    Ok(())
}
