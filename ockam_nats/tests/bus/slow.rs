//! Messages that come faster than a node takes them from the bus.

use std::time::Duration;

use async_nats::ConnectOptions;
use ockam::{Context, ErrorKind, Result, Worker, async_worker, route};
use ockam_nats::NatsOptions;

use crate::kit::{node_with, server};

struct Doubler;

#[async_worker]
impl Worker for Doubler {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        if number == 0 {
            // Nothing else runs on this thread meanwhile, as on a machine that has too much to do.
            std::thread::sleep(Duration::from_millis(500));
        }
        ctx.reply(2 * number).await
    }
}

#[tokio::test]
async fn a_node_that_is_too_slow_for_the_bus_says_so_and_so_do_those_who_sent_to_it() -> Result<()>
{
    let Some(server) = server() else {
        return Ok(());
    };
    let client = ConnectOptions::new().subscription_capacity(2);
    let (back, back_nats) = node_with(&server, "back", NatsOptions::new().client(client)).await?;
    back.start_worker("doubler", Doubler).await?;
    back_nats.expose("doubler");
    let url = server.url();
    // On a thread of its own, so that it goes on when this one blocks.
    let told = std::thread::spawn(move || flood(&url));
    while !told.is_finished() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (answered, unknown) = told.join().expect("it doesn't panic")?;
    assert!(
        answered + unknown == ASKS && unknown > 0,
        "{answered} {unknown}"
    );
    back.stop().await
}

const ASKS: usize = 300;

#[tokio::main(flavor = "current_thread")]
async fn flood(url: &str) -> Result<(usize, usize)> {
    let ctx = ockam::NodeBuilder::new().start().await?;
    let nats = ockam_nats::NatsTransport::connect(&ctx, url, "front").await?;
    let doubler = route![nats.node("back"), "doubler"];
    assert_eq!(ctx.ask::<u64>(doubler.clone(), 1_u64).await?, 2);
    let mut asking = Vec::new();
    for number in 0..ASKS as u64 {
        let (sender, doubler) = (ctx.sender(), doubler.clone());
        asking.push(tokio::spawn(async move {
            sender.ask::<u64>(doubler, number).await
        }));
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    let (mut answered, mut unknown) = (0, 0);
    for asked in asking {
        match asked.await? {
            Ok(_) => answered += 1,
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => unknown += 1,
            Err(error) => panic!("{error:#}"),
        }
    }
    // All goes on with a new stream.
    assert_eq!(ctx.ask::<u64>(doubler, 4_u64).await?, 8);
    ctx.stop().await?;
    Ok((answered, unknown))
}
