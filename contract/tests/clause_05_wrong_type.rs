//! Clause 5, between workers of one node: a message of another type than the receiver's is an error
//! that names both types. It is never converted. Only receivers of `Any` take all types.

use ockam::{
    Any, Context, Error, ErrorKind, LocalOnly, NodeBuilder, Result, Routed, Worker, async_worker,
    route,
};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, gated};
use ockam_contract::hop::Hop;
use ockam_contract::recorder::{Recorder, recorded};
use serde::{Deserialize, Serialize};

/// These two have the same encoding.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Deposit(u64);

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Withdraw(u64);

#[track_caller]
fn names(error: &Error, texts: &[&str]) {
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error}");
    for text in texts {
        assert!(
            error.to_string().contains(text),
            "`{text}` is missing in: {error}"
        );
    }
}

#[ockam::test]
async fn a_message_of_another_type_is_refused_with_both_names(ctx: Context) -> Result<()> {
    let (account, received) = Recorder::<Deposit>::new();
    ctx.start_worker("account", account).await?;

    let both = ["0#account", "Deposit", "Withdraw"];
    let sender = ctx.sender();
    names(
        &ctx.send_message("account", Withdraw(1)).await.unwrap_err(),
        &both,
    );
    names(&ctx.try_send("account", Withdraw(2)).unwrap_err(), &both);
    names(
        &sender
            .send_message("account", Withdraw(3))
            .await
            .unwrap_err(),
        &both,
    );
    names(
        &ctx.ask::<()>("account", Withdraw(4)).await.unwrap_err(),
        &both,
    );

    ctx.send_message("account", Deposit(5)).await?;
    ctx.stop_worker("account").await?;
    assert_eq!(recorded(received).await, [Deposit(5)]);
    Ok(())
}

#[ockam::test]
async fn types_that_hold_the_same_are_not_converted(ctx: Context) -> Result<()> {
    let (numbers, received) = Recorder::<u64>::new();
    ctx.start_worker("numbers", numbers).await?;
    let errors = [
        ctx.send_message("numbers", -1_i64).await,
        ctx.send_message("numbers", 1_u32).await,
        ctx.send_message("numbers", LocalOnly(1_u64)).await,
        ctx.send_message("numbers", Some(1_u64)).await,
        ctx.send_message("numbers", (1_u64,)).await,
        ctx.send_message("numbers", Routed::new(1_u64, route![]))
            .await,
    ];
    for result in errors {
        names(&result.unwrap_err(), &["0#numbers", "`u64`"]);
    }
    ctx.stop_worker("numbers").await?;
    assert!(recorded(received).await.is_empty());
    Ok(())
}

#[ockam::test]
async fn a_wrong_type_through_a_hop_is_named_by_its_own_name(ctx: Context) -> Result<()> {
    let (account, _ignored) = Recorder::<Deposit>::new();
    ctx.start_worker("account", account).await?;
    ctx.start_worker("a", Hop).await?;
    ctx.start_worker("b", Hop).await?;

    let asked = ctx
        .ask::<()>(route!["a", "b", "account"], Withdraw(1))
        .await;
    names(&asked.unwrap_err(), &["0#account", "Deposit", "Withdraw"]);
    Ok(())
}

#[ockam::test]
async fn a_wrong_type_in_any_is_named_by_its_own_name(ctx: Context) -> Result<()> {
    let (account, _ignored) = Recorder::<Deposit>::new();
    ctx.start_worker("account", account).await?;
    let sent = ctx.send_message("account", Any::new(Withdraw(1))).await;
    let mut error = sent.unwrap_err();
    names(&error, &["0#account", "Deposit", "Withdraw"]);
    assert_eq!(error.take::<Withdraw>(), Some(Withdraw(1)));
    Ok(())
}

#[ockam::test]
async fn a_message_in_any_is_what_it_is(mut ctx: Context) -> Result<()> {
    let (account, mut received) = Recorder::<Deposit>::new();
    ctx.start_worker("account", account).await?;
    ctx.send_message("account", Any::new(Deposit(7))).await?;
    assert_eq!(received.recv().await, Some(Deposit(7)));

    ctx.send_message("app", Any::new(Any::new(Withdraw(8))))
        .await?;
    assert_eq!(ctx.receive::<Withdraw>().await?, Withdraw(8));
    Ok(())
}

/// Reports its messages.
struct Curious;

#[async_worker]
impl Worker for Curious {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Any) -> Result<()> {
        ctx.reply(msg.type_name().to_owned()).await
    }
}

#[ockam::test]
async fn receivers_of_any_take_everything(mut ctx: Context) -> Result<()> {
    ctx.start_worker("curious", Curious).await?;
    let name: String = ctx.ask("curious", Deposit(1)).await?;
    assert!(name.ends_with("::Deposit"), "{name}");
    let name: String = ctx.ask("curious", Some(-1_i64)).await?;
    assert!(name.ends_with("Option<i64>"), "{name}");

    let mut inbox = ctx.open("inbox")?;
    for address in ["inbox", "app"] {
        ctx.send_message(address, Deposit(2)).await?;
        ctx.send_message(address, LocalOnly(())).await?;
    }
    assert_eq!(ctx.receive::<LocalOnly<()>>().await?, LocalOnly(()));
    assert_eq!(ctx.receive::<Deposit>().await?, Deposit(2));
    assert_eq!(
        inbox.receive::<Any>().await?.type_name(),
        std::any::type_name::<Deposit>()
    );
    assert!(inbox.receive::<Any>().await?.is::<LocalOnly<()>>());
    Ok(())
}

/// Answers questions with a deposit.
struct Bank;

#[async_worker]
impl Worker for Bank {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let mut error = match ctx.reply(Deposit(msg)).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        names(&error, &["Deposit", "Withdraw"]);
        assert_eq!(error.take::<Deposit>(), Some(Deposit(msg)));
        // The asker still waits.
        ctx.reply(Withdraw(msg)).await
    }
}

#[ockam::test]
async fn an_answer_of_another_type_is_refused_and_the_asker_can_still_be_answered(
    ctx: Context,
) -> Result<()> {
    ctx.start_worker("bank", Bank).await?;
    ctx.start_worker("hop", Hop).await?;
    for route in [route!["bank"], route!["hop", "bank"]] {
        assert_eq!(ctx.ask::<Deposit>(route, 1_u64).await?, Deposit(1));
    }
    assert_eq!(ctx.ask::<Withdraw>("bank", 2_u64).await?, Withdraw(2));
    assert!(ctx.ask::<Any>("bank", 3_u64).await?.is::<Deposit>());
    Ok(())
}

#[ockam::test]
async fn a_wrong_answer_through_a_hop_is_told_to_the_asker(ctx: Context) -> Result<()> {
    ctx.start_worker("bank", Bank).await?;
    ctx.start_worker("hop", Hop).await?;
    let asked = ctx.ask::<String>(route!["hop", "bank"], 1_u64).await;
    names(&asked.unwrap_err(), &["Deposit", "String"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_wrong_type_is_told_at_once_and_takes_no_room() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(2).start().await?;
    let (worker, mut gate) = gated();
    ctx.start_worker("gated", worker).await?;
    ctx.send_message("gated", 1_u64).await?;
    assert_eq!(gate.next().await, Event::Begun(1));

    let clock = tokio::time::Instant::now();
    for _ in 0..10 {
        let sent = ctx.send_message("gated", "a text".to_string()).await;
        names(&sent.unwrap_err(), &["0#gated", "u64", "String"]);
    }
    ctx.try_send("gated", 2_u64)?;
    ctx.try_send("gated", 3_u64)?;
    let sent = ctx.send_message("gated", "a text".to_string()).await;
    names(&sent.unwrap_err(), &["0#gated", "u64", "String"]);
    assert_eq!(clock.elapsed(), std::time::Duration::ZERO);

    gate.open_for_good();
    ctx.stop().await
}

/// A hop whose receiver refuses gets the error. There is no asker, so it is logged.
#[ockam::test(allow(failures))]
async fn a_hop_survives_what_it_could_not_pass_on(ctx: Context) -> Result<()> {
    let (account, received) = Recorder::<Deposit>::new();
    ctx.start_worker("account", account).await?;
    ctx.start_worker("hop", Hop).await?;
    ctx.send_message(route!["hop", "account"], Withdraw(1))
        .await?;
    ctx.send_message(route!["hop", "account"], Deposit(2))
        .await?;
    eventually("the hop has passed both on or not", || received.len() == 1).await;
    ctx.stop_worker("account").await?;
    assert_eq!(recorded(received).await, [Deposit(2)]);
    Ok(())
}
