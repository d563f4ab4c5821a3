//! Whom a worker may send to.

use std::time::Duration;

use ockam::{
    Allow, Any, Context, Delivery, Error, ErrorKind, Group, Result, Routed, Worker, WorkerBuilder,
    WorkerHandle, route,
};

use super::{Clerk, Vault, assert_denied};

/// Tries every way to send to the street, and then to the vault.
struct Prisoner;

impl Worker for Prisoner {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        let sender = ctx.sender();
        assert_denied(ctx.send_message("street", msg.clone()).await, &msg);
        assert_denied(
            ctx.send_message(route!["street", "vault"], msg.clone())
                .await,
            &msg,
        );
        assert_denied(ctx.try_send("street", msg.clone()), &msg);
        assert_denied(sender.send_message("street", msg.clone()).await, &msg);
        assert_denied(sender.clone().try_send("street", msg.clone()), &msg);
        assert_denied(
            ctx.ask::<String>("street", msg.clone()).await.map(drop),
            &msg,
        );
        assert_denied(
            sender.ask::<String>("street", msg.clone()).await.map(drop),
            &msg,
        );
        let window = ctx.open("window")?;
        assert_denied(window.send_message("street", msg.clone()).await, &msg);
        let accomplice: WorkerHandle<String> = ctx.start_worker("accomplice", Vault).await?;
        assert_denied(accomplice.send(msg.clone()).await, &msg);
        assert_denied(accomplice.try_send(msg.clone()), &msg);
        assert_denied(accomplice.ask::<String>(msg.clone()).await.map(drop), &msg);
        let gang = Group::<String>::new("gang", Delivery::all())
            .start(ctx)
            .await?;
        assert_denied(gang.send(msg.clone()).await, &msg);
        assert_denied(gang.try_send(msg.clone()), &msg);
        ctx.send_after(Duration::ZERO, "street", msg.clone());
        let stored: String = ctx.ask("vault", msg).await?;
        ctx.reply(stored).await
    }

    async fn undelivered(&mut self, _ctx: &mut Context, failure: Error) -> Result<()> {
        assert_eq!(failure.kind(), ErrorKind::Denied);
        Ok(())
    }
}

#[ockam::test]
async fn it_is_asked_whatever_the_worker_sends_with(ctx: Context) -> Result<()> {
    let mut street = ctx.open("street")?;
    ctx.start_worker("vault", Vault).await?;
    let prisoner = WorkerBuilder::new("prisoner", Prisoner).outgoing(Allow::only(["vault"]));
    prisoner.start(&ctx).await?;
    // Its answer gets out.
    let answer: String = ctx.ask("prisoner", "letter".to_owned()).await?;
    assert_eq!(answer, "letter");
    ctx.idle().await?;
    let got = street.receive_timeout::<String>(Duration::ZERO).await;
    assert_eq!(got.unwrap_err().kind(), ErrorKind::TimedOut);
    Ok(())
}

#[ockam::test]
async fn an_answer_always_gets_out(mut ctx: Context) -> Result<()> {
    struct Silent;

    impl Worker for Silent {
        type Message = u64;
        type Context = Context;

        async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
            match msg {
                0 => ctx.reply_later::<u64>().send(7).await,
                msg => ctx.reply(msg).await,
            }
        }
    }

    WorkerBuilder::new("silent", Silent)
        .outgoing(Allow::nobody())
        .start(&ctx)
        .await?;
    assert_eq!(ctx.ask::<u64>("silent", 1_u64).await?, 1);
    assert_eq!(ctx.ask::<u64>("silent", 0_u64).await?, 7);
    // To a message that was sent, the answer is a message, too.
    ctx.send_message("silent", 1_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 1);
    ctx.send_message("silent", 0_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 7);
    Ok(())
}

/// Passes on what it gets.
struct Relay;

impl Worker for Relay {
    type Message = Any;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        ctx.forward(msg).await
    }
}

#[ockam::test]
async fn it_forwards_only_to_whom_it_may_send_and_answers_to_all(ctx: Context) -> Result<()> {
    ctx.start_worker("vault", Vault).await?;
    ctx.start_worker("other", Vault).await?;
    WorkerBuilder::new("relay", Relay)
        .outgoing(Allow::only(["vault"]))
        .start(&ctx)
        .await?;
    let stored: String = ctx.ask(route!["relay", "vault"], "x".to_owned()).await?;
    assert_eq!(stored, "x");
    let refused = ctx
        .ask::<String>(route!["relay", "other"], "x".to_owned())
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Denied);
    Ok(())
}

#[ockam::test]
async fn both_ends_are_asked(ctx: Context) -> Result<()> {
    WorkerBuilder::new("vault", Vault)
        .incoming(Allow::only(["clerk"]))
        .start(&ctx)
        .await?;
    let clerk = |name: &str| WorkerBuilder::new(name, Clerk(route!["vault"]));
    clerk("clerk")
        .outgoing(Allow::only(["vault"]))
        .start(&ctx)
        .await?;
    clerk("idle")
        .outgoing(Allow::only(["street"]))
        .start(&ctx)
        .await?;
    clerk("other")
        .outgoing(Allow::only(["vault"]))
        .start(&ctx)
        .await?;
    assert_eq!(ctx.ask::<String>("clerk", "x".to_owned()).await?, "x");
    for refused in ["idle", "other"] {
        let asked = ctx.ask::<String>(refused, "x".to_owned()).await;
        assert_eq!(asked.unwrap_err().kind(), ErrorKind::Denied, "{refused}");
    }
    Ok(())
}
