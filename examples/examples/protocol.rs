//! Methods instead of messages: one trait gives the worker, the client and the messages on the wire.
//! The client is the same for a worker next door, behind a route, and on another machine.
//!
//! Prints:
//!     balance: 7
//!     overdrawn by 3
//!     over TCP: 7
//!     a stand-in says: 42
use ockam::{protocol, route, Context, NodeBuilder, Result, TcpTransport};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub struct Overdrawn {
    by: u64,
}

#[protocol]
pub trait Account {
    /// Without a return type: it is sent, and not waited for.
    async fn deposit(&mut self, ctx: &mut Context, amount: u64);
    /// `Result<T>` of ockam: the client gets a `Result<T>`.
    async fn balance(&mut self, ctx: &mut Context) -> Result<u64>;
    /// Another type: the client gets it in a `Result`, beside what may go wrong on the way.
    async fn withdraw(&mut self, ctx: &mut Context, amount: u64) -> Result<u64, Overdrawn>;
}

#[derive(Default)]
struct Ledger(u64);

impl Account for Ledger {
    async fn deposit(&mut self, _ctx: &mut Context, amount: u64) {
        self.0 += amount;
    }

    async fn balance(&mut self, _ctx: &mut Context) -> Result<u64> {
        Ok(self.0)
    }

    async fn withdraw(&mut self, _ctx: &mut Context, amount: u64) -> Result<u64, Overdrawn> {
        self.0 = self.0.checked_sub(amount).ok_or(Overdrawn {
            by: amount - self.0,
        })?;
        Ok(self.0)
    }
}

/// A test stands in with an impl of its own: nothing is generated for that.
struct AlwaysRich;

impl Account for AlwaysRich {
    async fn deposit(&mut self, _ctx: &mut Context, _amount: u64) {}

    async fn balance(&mut self, _ctx: &mut Context) -> Result<u64> {
        Ok(42)
    }

    async fn withdraw(&mut self, _ctx: &mut Context, amount: u64) -> Result<u64, Overdrawn> {
        Ok(amount)
    }
}

async fn report(account: &AccountClient) -> Result<u64> {
    account.balance().await
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    // `AccountWorker` makes a worker of what implements `Account`.
    ctx.start_worker("alice", AccountWorker(Ledger::default())).await?;

    let alice = AccountClient::new(&ctx, "alice");
    alice.deposit(7).await?;
    println!("balance: {}", report(&alice).await?);
    if let Err(overdrawn) = alice.withdraw(10).await? {
        println!("overdrawn by {}", overdrawn.by);
    }

    // From another node.
    let listener = TcpTransport::new(&ctx)?.listen("127.0.0.1:0", "alice").await?;
    let far = NodeBuilder::new().name("far").start().await?;
    let connection = TcpTransport::new(&far)?.connect(listener.local_address()).await?;
    let from_far = AccountClient::new(&far, route![&connection, "alice"]);
    println!("over TCP: {}", report(&from_far).await?);
    far.stop().await?;

    ctx.start_worker("rich", AccountWorker(AlwaysRich)).await?;
    println!(
        "a stand-in says: {}",
        report(&AccountClient::new(&ctx, "rich")).await?
    );
    ctx.stop().await
}
