//! What a client gets, by each kind of method, and by each way to make a client.

use std::time::Duration;

use ockam::{Context, Error, ErrorKind, Result, Sender, protocol, route};
use ockam_contract::hop::Hop;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Overdrawn(u64);

#[protocol]
pub(super) trait Account {
    async fn deposit(&mut self, amount: u64);
    async fn balance(&mut self, ctx: &mut Context) -> Result<u64>;
    async fn withdraw(&mut self, amount: u64) -> Result<u64, Overdrawn>;
    async fn owner(&mut self) -> String;
    async fn close(&mut self, reason: String) -> Result<()>;
}

pub(super) struct Ledger(pub(super) u64);

impl Account for Ledger {
    async fn deposit(&mut self, amount: u64) {
        self.0 += amount;
    }

    async fn balance(&mut self, ctx: &mut Context) -> Result<u64> {
        assert_eq!(ctx.address().to_string(), "0#alice");
        Ok(self.0)
    }

    async fn withdraw(&mut self, amount: u64) -> Result<u64, Overdrawn> {
        let left = self.0.checked_sub(amount);
        self.0 = left.ok_or_else(|| Overdrawn(amount - self.0))?;
        Ok(self.0)
    }

    async fn owner(&mut self) -> String {
        "Alice".to_string()
    }

    async fn close(&mut self, reason: String) -> Result<()> {
        Err(Error::new(ErrorKind::Denied, reason))
    }
}

/// Checks all methods of an account that holds 7.
async fn checked(alice: AccountClient) -> Result<()> {
    assert_eq!(alice.balance().await?, 7);
    assert_eq!(alice.withdraw(10).await?, Err(Overdrawn(3)));
    assert_eq!(alice.withdraw(1).await?, Ok(6));
    alice.deposit(1).await?;
    assert_eq!(alice.balance().await?, 7);
    assert_eq!(alice.owner().await?, "Alice");
    let refused = alice.close("not yet".to_string()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Denied);
    assert!(refused.to_string().contains("not yet"), "{refused}");
    Ok(())
}

#[ockam::test]
async fn each_kind_of_method_brings_what_it_returns(mut ctx: Context) -> Result<()> {
    let worker = ctx.start_worker("alice", AccountWorker(Ledger(7))).await?;
    checked(AccountClient::from(worker)).await?;
    checked(AccountClient::new(&ctx, "alice")).await?;
    checked(AccountClient::new(&mut ctx, "alice")).await?;
    let sender: Sender = ctx.sender();
    checked(AccountClient::new(&sender, "alice")).await?;
    checked(AccountClient::new(sender, "alice")).await
}

#[ockam::test]
async fn a_client_calls_along_a_route(ctx: Context) -> Result<()> {
    ctx.start_worker("alice", AccountWorker(Ledger(7))).await?;
    ctx.start_worker("hop", Hop).await?;
    checked(AccountClient::new(&ctx, route!["hop", "alice"])).await
}

#[ockam::test]
async fn a_client_and_its_futures_can_go_to_other_tasks(ctx: Context) -> Result<()> {
    fn is_send_and_sync<T: Send + Sync + Clone + 'static>(_: &T) {}
    fn is_send<T: Send>(it: T) -> T {
        it
    }

    ctx.start_worker("alice", AccountWorker(Ledger(7))).await?;
    let alice = AccountClient::new(&ctx, "alice");
    is_send_and_sync(&alice);
    is_send(alice.deposit(1)).await?;
    assert_eq!(is_send(alice.balance()).await?, 8);
    let other = alice.clone();
    let balance = tokio::spawn(async move { other.balance().await });
    assert_eq!(balance.await.expect("the task doesn't panic")?, 8);
    assert_eq!(format!("{alice:?}"), "AccountClient(0#alice)");
    Ok(())
}

#[ockam::test]
async fn a_call_has_the_forms_that_a_context_has(ctx: Context) -> Result<()> {
    let nobody = AccountClient::new(&ctx, "nobody");
    assert_eq!(
        nobody.try_deposit(1).unwrap_err().kind(),
        ErrorKind::UnknownAddress
    );
    assert_eq!(
        nobody.deposit(1).await.unwrap_err().kind(),
        ErrorKind::UnknownAddress
    );

    // An open context that never answers.
    let _silent = ctx.open("silent")?;
    let silent = AccountClient::new(&ctx, "silent");
    let limit = Duration::from_millis(1);
    let asked = silent.balance_timeout(limit).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    Ok(())
}

#[ockam::test]
async fn another_message_is_no_call(ctx: Context) -> Result<()> {
    ctx.start_worker("alice", AccountWorker(Ledger(7))).await?;
    let error = ctx.send_message("alice", 7_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType);
    assert!(error.to_string().contains("AccountMessage"), "{error}");
    Ok(())
}
