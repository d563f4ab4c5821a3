use std::rc::Rc;

use ockam::{Context, Result, protocol};

#[protocol]
trait Account {
    async fn deposit(&mut self, amount: u64);
    async fn balance(&mut self) -> Result<u64>;
}

struct Ledger(u64);

impl Account for Ledger {
    async fn deposit(&mut self, amount: u32) {
        self.0 += u64::from(amount);
    }

    async fn balance(&mut self) -> Result<u64> {
        let held = Rc::new(7);
        std::future::ready(()).await;
        Ok(*held)
    }
}

struct Missing;

impl Account for Missing {
    async fn deposit(&mut self, _amount: u64) {}
}

struct Neither;

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("neither", AccountWorker(Neither)).await?;
    AccountClient::new(&ctx, "neither").deposit("7").await
}
