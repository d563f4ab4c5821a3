//! A connection is lost between a question and its answer.

use ockam::test::Network;
use ockam::{Context, Result, Worker, async_worker, route};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
enum Do {
    Look,
    Add,
}

struct Account(u64);

#[async_worker]
impl Worker for Account {
    type Message = Do;

    async fn handle_message(&mut self, ctx: &mut Context, what: Do) -> Result<()> {
        if let Do::Add = what {
            self.0 += 1;
        }
        ctx.reply(self.0).await
    }
}

/// Asks again when the first ask has failed, and believes that nothing was done then.
pub(crate) async fn connection_lost(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx).loss(0.02);
    let start = async |ctx: Context| ctx.start_worker("account", Account(0)).await.map(drop);
    network.node("bank", start).await?;
    let bank = network.connect(&ctx, "bank").await?;
    for _ in 0..5 {
        while ctx
            .ask::<u64>(route![&bank, "account"], Do::Add)
            .await
            .is_err()
        {}
    }
    let amount = loop {
        if let Ok(amount) = ctx.ask::<u64>(route![&bank, "account"], Do::Look).await {
            break amount;
        }
    };
    assert_eq!(amount, 5, "one was added twice");
    Ok(())
}
