//! Channels on a simulated network, under seeds.

use std::sync::{Arc, Mutex, PoisonError};

use ockam::test::Network;
use ockam::{Context, Identity, Result, SecureChannels, Trust, Worker, async_worker, route};

type Heard = Arc<Mutex<Vec<u64>>>;

/// Remembers its messages, over crashes of its node, and answers.
struct Counter(Heard);

#[async_worker]
impl Worker for Counter {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        let heard = self.0.lock();
        heard.unwrap_or_else(PoisonError::into_inner).push(number);
        ctx.reply(2 * number).await
    }
}

/// Asks questions, one after the other, and returns how many were answered. Each was heard once at most, and in order.
async fn answered(network: &Network, ctx: &Context, last: u64) -> Result<usize> {
    let (bob, heard) = (Identity::create().await?, Heard::default());
    let (identity, counter) = (bob.clone(), heard.clone());
    network
        .node("bob", async move |ctx: Context| {
            ctx.start_worker("counter", Counter(counter.clone()))
                .await?;
            let channels = SecureChannels::new(&ctx, identity.clone())?;
            channels
                .listen("secure", Trust::anyone(), "counter")
                .await?;
            Ok(())
        })
        .await?;
    let connection = network.connect(ctx, "bob").await?;
    let channels = SecureChannels::new(ctx, Identity::create().await?)?;
    let channel = loop {
        let trust = Trust::only(bob.identifier());
        match channels.connect(route![&connection, "secure"], trust).await {
            Ok(channel) => break channel,
            // It goes on until it succeeds, or the test takes too long.
            Err(_) => tokio::time::sleep(std::time::Duration::from_secs(1)).await,
        }
    };
    let mut answered = 0;
    for number in 0..last {
        let asked = ctx.ask::<u64>(route![&channel, "counter"], number);
        if let Ok(answer) = asked.await {
            assert_eq!(answer, 2 * number);
            answered += 1;
        }
    }
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(heard.is_sorted_by(|one, next| one < next), "{heard:?}");
    assert!(heard.len() >= answered);
    Ok(answered)
}

#[ockam::test(seeds = 20)]
async fn without_faults_all_is_answered(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx);
    assert_eq!(answered(&network, &ctx, 20).await?, 20);
    Ok(())
}

/// A node counts the sealed frames that were lost for channels which have ended since.
#[ockam::test(seeds = 40, allow(unhandled))]
async fn nothing_comes_twice_or_out_of_order_whatever_is_lost(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx).loss(0.01).cuts(0.005).crashes(0.005);
    answered(&network, &ctx, 40).await.map(drop)
}
