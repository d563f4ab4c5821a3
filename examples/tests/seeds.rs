//! Every order of events that can happen, by a number: a race is found in a test, and replayed.
use ockam::{Context, Result, Worker, async_worker};

/// A stock that two buyers look at before they take: a race.
struct Stock(u64);

#[derive(serde::Serialize, serde::Deserialize)]
enum Do {
    Look,
    Take,
}

#[async_worker]
impl Worker for Stock {
    type Message = Do;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Do) -> Result<()> {
        if let Do::Take = msg {
            self.0 = self
                .0
                .checked_sub(1)
                .expect("nothing is taken that isn't there");
        }
        ctx.reply(self.0).await
    }
}

struct Buyer;

#[async_worker]
impl Worker for Buyer {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        if ctx.ask::<u64>("stock", Do::Look).await? > 0 {
            ctx.ask::<u64>("stock", Do::Take).await?;
        }
        Ok(())
    }
}

/// Fails, says which seed it was and how to run that one alone, and prints its events in order:
/// `OCKAM_SEED=17 cargo test two_buyers`. The same seed gives the same events, byte for byte.
#[ockam::test(seeds = 1000)]
#[should_panic(expected = "seed")]
async fn two_buyers(ctx: Context) -> Result<()> {
    ctx.start_worker("stock", Stock(1)).await?;
    ctx.start_worker("left", Buyer).await?;
    ctx.start_worker("right", Buyer).await?;
    ctx.send_message("left", ()).await?;
    ctx.send_message("right", ()).await?;
    // Until nothing is left to do. A failure that nobody was told of, as the loser's, is its error.
    ctx.idle().await
}

/// Several nodes on a simulated network that loses, delays and cuts, in simulated time. The code of the
/// nodes is what runs in production: only the transport is another one.
#[ockam::test(seeds = 1000)]
async fn an_answer_comes_or_an_error_does(ctx: Context) -> Result<()> {
    let network = ockam::test::Network::new(&ctx)
        .loss(0.05)
        .cuts(0.01)
        .crashes(0.005);
    network
        .node("server", async |ctx: Context| {
            ctx.start_worker("stock", Stock(1000)).await.map(drop)
        })
        .await?;
    let server = network.connect(&ctx, "server").await?;
    for _ in 0..10 {
        // Answered, failed, or unknown; never nothing, never twice.
        let _ = ctx
            .ask::<u64>(ockam::route![&server, "stock"], Do::Take)
            .await;
    }
    Ok(())
}
