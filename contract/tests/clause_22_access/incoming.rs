//! Who may send to a worker.

use std::time::Duration;

use ockam::{
    Allow, Any, Context, ErrorKind, Result, Routed, Subject, Worker, WorkerBuilder, route,
};

use super::{Clerk, Vault, assert_denied};

#[ockam::test]
async fn a_refusal_is_the_senders_error_whatever_it_sends_with(ctx: Context) -> Result<()> {
    let vault = WorkerBuilder::new("vault", Vault).incoming(Allow::only(["clerk"]));
    let vault = vault.start(&ctx).await?;
    let sender = ctx.sender();
    let secret = || "mine".to_owned();
    assert_denied(ctx.send_message("vault", secret()).await, "mine");
    assert_denied(ctx.try_send("vault", secret()), "mine");
    assert_denied(sender.send_message("vault", secret()).await, "mine");
    assert_denied(sender.try_send("vault", secret()), "mine");
    assert_denied(vault.send(secret()).await, "mine");
    assert_denied(vault.try_send(secret()), "mine");
    assert_denied(vault.clone().send(secret()).await, "mine");
    let asks = [
        ctx.ask::<String>("vault", secret()).await,
        sender.ask::<String>("vault", secret()).await,
        vault.ask::<String>(secret()).await,
    ];
    for asked in asks {
        assert_denied(asked.map(drop), "mine");
    }
    let any = ctx.send_message("vault", Any::new(secret())).await;
    assert_eq!(any.unwrap_err().kind(), ErrorKind::Denied);
    let blocking = std::thread::spawn(move || sender.blocking_send("vault", "mine".to_owned()));
    assert_denied(blocking.join().expect("it doesn't panic"), "mine");
    assert_eq!(ctx.inspect_worker("vault")?.queued, 0);
    Ok(())
}

#[ockam::test]
async fn those_that_it_names_may_send(ctx: Context) -> Result<()> {
    let rule = Allow::only(["clerk", "desk"]);
    WorkerBuilder::new("vault", Vault)
        .incoming(rule)
        .start(&ctx)
        .await?;
    ctx.start_worker("clerk", Clerk(route!["vault"])).await?;
    ctx.start_worker("mallory", Clerk(route!["vault"])).await?;
    let stored: String = ctx.ask("clerk", "a secret".to_owned()).await?;
    assert_eq!(stored, "a secret");
    let refused = ctx.ask::<String>("mallory", "a secret".to_owned()).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Denied);
    // Whoever has the address has its rights, and so have its senders and handles.
    let desk = ctx.open("desk")?;
    assert_eq!(desk.ask::<String>("vault", "x".to_owned()).await?, "x");
    let sender = desk.sender();
    assert_eq!(sender.ask::<String>("vault", "x".to_owned()).await?, "x");
    drop(desk);
    // They have none when it has ended.
    assert_denied(sender.send_message("vault", "x".to_owned()).await, "x");
    let _another = ctx.open("desk")?;
    assert_denied(sender.send_message("vault", "x".to_owned()).await, "x");
    Ok(())
}

/// Passes on what it gets, in the name of somebody else if it could.
struct Forger;

impl Worker for Forger {
    type Message = Any;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        ctx.forward(msg).await
    }
}

#[ockam::test]
async fn a_return_route_names_nobody(ctx: Context) -> Result<()> {
    WorkerBuilder::new("vault", Vault)
        .incoming(Allow::only(["clerk"]))
        .start(&ctx)
        .await?;
    let clerk = ctx.open("clerk")?;
    ctx.start_worker("forger", Forger).await?;
    // The message is from the clerk, but the forger sends it on.
    clerk
        .send_message(route!["forger", "vault"], "x".to_owned())
        .await?;
    let failed = ctx.idle().await.unwrap_err().to_string();
    assert!(
        failed.contains("takes no messages from this sender"),
        "{failed}"
    );
    // The vault may be reached by whoever it names, on whose way ever.
    WorkerBuilder::new("lenient", Vault)
        .incoming(Allow::only(["forger"]))
        .start(&ctx)
        .await?;
    let answer: String = clerk
        .ask(route!["forger", "lenient"], "x".to_owned())
        .await?;
    assert_eq!(answer, "x");
    Ok(())
}

#[ockam::test]
async fn it_holds_for_all_addresses_and_incarnations(ctx: Context) -> Result<()> {
    struct Fragile;

    impl Worker for Fragile {
        type Message = String;
        type Context = Context;

        async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
            assert_ne!(msg, "panic");
            ctx.reply(msg).await
        }
    }

    let fragile = WorkerBuilder::from_fn(["front", "back"], || Fragile);
    let fragile = fragile.incoming(Allow::only(["clerk"])).start(&ctx).await?;
    let clerk = ctx.open("clerk")?;
    for _ in 0..2 {
        assert_denied(ctx.send_message("back", "x".to_owned()).await, "x");
        assert_denied(fragile.send("x".to_owned()).await, "x");
        assert_eq!(clerk.ask::<String>("back", "x".to_owned()).await?, "x");
        let failed = clerk.ask::<String>("front", "panic".to_owned()).await;
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::Panicked);
    }
    assert_eq!(ctx.inspect_worker("front")?.restarts, 2);
    // It is stopped by whoever may stop workers.
    fragile.stop().await?;
    assert!(ctx.list_workers().is_empty());
    Ok(())
}

#[ockam::test]
async fn a_handle_of_an_ended_worker_gets_no_rights_at_the_next_one(ctx: Context) -> Result<()> {
    let handle = ctx.start_worker("vault", Vault).await?;
    handle.stop().await?;
    WorkerBuilder::new("vault", Vault)
        .incoming(Allow::only(["clerk"]))
        .start(&ctx)
        .await?;
    assert_denied(handle.send("x".to_owned()).await, "x");
    let found = WorkerBuilder::from_fn("vault", || Vault)
        .get_or_start(&ctx)
        .await?;
    assert_denied(found.send("x".to_owned()).await, "x");
    Ok(())
}

#[ockam::test(paused)]
async fn a_message_for_later_is_asked_about_when_it_is_due(mut ctx: Context) -> Result<()> {
    struct Later;

    impl Worker for Later {
        type Message = String;
        type Context = Context;

        async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
            ctx.send_after(Duration::from_secs(1), "vault", "x".to_owned());
            ctx.send_after(Duration::from_secs(2), "later", "to itself".to_owned());
            Ok(())
        }

        async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
            ctx.send_message("app", msg).await
        }

        async fn undelivered(&mut self, ctx: &mut Context, failure: ockam::Error) -> Result<()> {
            ctx.send_message("app", failure.kind().to_string()).await
        }
    }

    WorkerBuilder::new("vault", Vault)
        .incoming(Allow::only(["clerk"]))
        .start(&ctx)
        .await?;
    WorkerBuilder::new("later", Later)
        .incoming(Allow::nobody())
        .start(&ctx)
        .await?;
    assert_eq!(ctx.receive::<String>().await?, "denied");
    // To itself, a worker may always send.
    assert_eq!(ctx.receive::<String>().await?, "to itself");
    Ok(())
}

#[ockam::test]
async fn a_function_is_a_rule(ctx: Context) -> Result<()> {
    let rule = |sender: &Subject| sender.is("clerk") && !sender.is_remote();
    WorkerBuilder::new("vault", Vault)
        .incoming(rule)
        .start(&ctx)
        .await?;
    let clerk = ctx.open("clerk")?;
    assert_eq!(clerk.ask::<String>("vault", "x".to_owned()).await?, "x");
    assert_denied(ctx.send_message("vault", "x".to_owned()).await, "x");
    Ok(())
}
