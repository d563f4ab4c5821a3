//! Several nodes on a simulated network.

use std::time::Duration;

use ockam::test::{Network, Probe};
use ockam::{Context, ErrorKind, Result, Worker, async_worker, route};
use tokio::time::Instant;

struct Doubler;

#[async_worker]
impl Worker for Doubler {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        ctx.reply(2 * number).await
    }
}

async fn server(ctx: Context) -> Result<()> {
    ctx.start_worker("doubler", Doubler).await.map(drop)
}

#[ockam::test(seeds = 100)]
async fn without_faults_everything_arrives_in_order(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx);
    network.node("server", server).await?;
    let connection = network.connect(&ctx, "server").await?;
    for number in 0..10_u64 {
        let doubled = ctx
            .ask::<u64>(route![&connection, "doubler"], number)
            .await?;
        assert_eq!(doubled, 2 * number);
    }
    Ok(())
}

/// The tell is answered by a message, which is under way when the asker has nothing else to do.
#[ockam::test(seeds = 50)]
async fn a_node_is_not_idle_while_messages_are_under_way(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx).delay(Duration::from_millis(50)..Duration::from_millis(100));
    network.node("server", server).await?;
    let connection = network.connect(&ctx, "server").await?;
    let mut probe = Probe::<u64>::at(&ctx, "probe")?;
    let there = route![&connection, "doubler"];
    probe.send(there, 7_u64).await?;
    ctx.idle().await?;
    probe.expect(14).await;
    Ok(())
}

#[ockam::test(seeds = 100)]
async fn what_a_crash_cuts_short_ends_with_an_error_and_the_node_comes_back(
    ctx: Context,
) -> Result<()> {
    let network = Network::new(&ctx);
    network.node("server", server).await?;
    let connection = network.connect(&ctx, "server").await?;
    network.crash("server");
    let begin = Instant::now();
    loop {
        match ctx.ask::<u64>(route![&connection, "doubler"], 7_u64).await {
            Ok(doubled) => break assert_eq!(doubled, 14),
            Err(error) => assert_ne!(error.kind(), ErrorKind::WrongType),
        }
        assert!(
            begin.elapsed() < Duration::from_secs(600),
            "it doesn't come back"
        );
    }
    Ok(())
}

#[ockam::test(seeds = 50)]
async fn what_is_sent_during_a_cut_arrives_after_it(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx);
    network.node("server", server).await?;
    let connection = network.connect(&ctx, "server").await?;
    network.cut("the node of the test", "server", Duration::from_secs(3));
    let begin = Instant::now();
    assert_eq!(
        ctx.ask::<u64>(route![&connection, "doubler"], 7_u64)
            .await?,
        14
    );
    assert!(begin.elapsed() >= Duration::from_secs(3));
    Ok(())
}

#[ockam::test(seeds = 10)]
async fn a_name_is_taken_once_and_the_error_of_a_start_is_told(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx);
    network.node("server", server).await?;
    let taken = network.node("server", server).await;
    assert_eq!(taken.unwrap_err().kind(), ErrorKind::AddressTaken);
    let failing = network.node("failing", async |ctx: Context| {
        ctx.stop_worker("nobody").await
    });
    let failed = failing.await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::UnknownAddress);
    assert!(failed.to_string().contains("failing"), "{failed}");
    let unknown = network.connect(&ctx, "failing").await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NoRoute);
    // What did not start has left nothing behind.
    network.node("failing", server).await?;
    Ok(())
}

#[ockam::test(seeds = 10)]
async fn any_settings_are_taken(ctx: Context) -> Result<()> {
    let no_number = Network::new(&ctx)
        .loss(f64::NAN)
        .cuts(-1.0)
        .crashes(f64::NEG_INFINITY);
    let network = no_number.delay(Duration::from_secs(1)..Duration::ZERO);
    network.node("server", server).await?;
    let connection = network.connect(&ctx, "server").await?;
    assert_eq!(
        ctx.ask::<u64>(route![&connection, "doubler"], 7_u64)
            .await?,
        14
    );
    network.cut("server", "the node of the test", Duration::MAX);
    network.crash("nobody");
    let never = ctx.ask::<u64>(route![&connection, "doubler"], 7_u64).await;
    assert!(never.is_err());
    let slow = Network::new(&ctx)
        .delay(Duration::MAX..Duration::MAX)
        .loss(f64::INFINITY);
    slow.node("slow server", server).await
}

#[ockam::test]
async fn it_needs_seeds(ctx: Context) {
    let refused = Network::new(&ctx).node("server", server).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
}
