//! A handler that returns `Err`.

use std::fmt;

use ockam::{Context, Error, ErrorContext, ErrorKind, Result, Worker, async_worker};

/// An error type of the user.
#[derive(Debug, PartialEq)]
struct Overdrawn {
    by: u64,
}

impl fmt::Display for Overdrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "overdrawn by {}", self.by)
    }
}

impl std::error::Error for Overdrawn {}

/// Holds money, and answers withdrawals with what is left.
struct Account(u64);

#[async_worker]
impl Worker for Account {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.0 = self.withdraw(msg).context("nothing was withdrawn")?;
        ctx.reply(self.0).await
    }
}

impl Account {
    fn withdraw(&self, amount: u64) -> Result<u64, Overdrawn> {
        let left = self.0.checked_sub(amount);
        left.ok_or_else(|| Overdrawn {
            by: amount - self.0,
        })
    }
}

#[ockam::test]
async fn an_error_goes_to_whoever_asked_with_its_causes(ctx: Context) -> Result<()> {
    let account = ctx.start_worker("account", Account(10)).await?;
    let errors = [
        ctx.ask::<u64>("account", 12_u64).await,
        ctx.sender().ask("account", 12_u64).await,
        account.ask(12).await,
    ];
    for result in errors {
        let error = result.unwrap_err();
        assert_eq!(error.to_string(), "nothing was withdrawn");
        assert_eq!(
            format!("{error:#}"),
            "nothing was withdrawn: overdrawn by 2"
        );
        assert_eq!(error.downcast_ref(), Some(&Overdrawn { by: 2 }));
    }
    Ok(())
}

#[ockam::test(allow(failures))]
async fn the_worker_lives_and_keeps_its_state(ctx: Context) -> Result<()> {
    let account = ctx.start_worker("account", Account(10)).await?;
    assert_eq!(account.ask::<u64>(3).await?, 7);
    for _ in 0..10 {
        assert!(account.ask::<u64>(8).await.is_err());
        // There is no asker, so the error is logged.
        ctx.sender().send_message("account", 9_u64).await?;
        account.send(10).await?;
    }
    assert_eq!(account.ask::<u64>(7).await?, 0);
    assert_eq!(ctx.dead_letters(), 0, "a message that failed was handled");
    Ok(())
}

/// Asks the account, and adds a context to an error.
struct Teller;

#[async_worker]
impl Worker for Teller {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let asked = ctx.ask::<u64>("account", msg).await;
        ctx.reply(asked.context("the teller regrets")?).await
    }
}

#[ockam::test]
async fn an_error_keeps_its_kind_and_causes_from_worker_to_worker(ctx: Context) -> Result<()> {
    ctx.start_worker("teller", Teller).await?;
    let error = ctx.ask::<u64>("teller", 1_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownAddress);

    ctx.start_worker("account", Account(0)).await?;
    let error = ctx.ask::<u64>("teller", 1_u64).await.unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        "the teller regrets: nothing was withdrawn: overdrawn by 1"
    );
    assert_eq!(error.downcast_ref(), Some(&Overdrawn { by: 1 }));
    Ok(())
}

/// Answers, and then fails.
struct Undecided;

#[async_worker]
impl Worker for Undecided {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg).await?;
        Err(Error::new(ErrorKind::Other, "on second thoughts"))
    }
}

#[ockam::test(allow(failures))]
async fn an_error_behind_an_answer_does_not_take_it_back(ctx: Context) -> Result<()> {
    let undecided = ctx.start_worker("undecided", Undecided).await?;
    for number in 0..10 {
        assert_eq!(undecided.ask::<u64>(number).await?, number);
    }
    Ok(())
}
