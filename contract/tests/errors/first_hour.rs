//! What is said about the mistakes that are made in the first hour.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ockam::{
    Any, Context, Error, ErrorKind, NodeBuilder, Result, Worker, async_worker, start_node,
};
use tokio::sync::mpsc;

struct Silent;

#[async_worker]
impl Worker for Silent {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        Ok(())
    }
}

struct Talkative(mpsc::UnboundedSender<String>);

#[async_worker]
impl Worker for Talkative {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: Any) -> Result<()> {
        let error = ctx.reply(7_u64).await.expect_err("nobody asked");
        let _ = self.0.send(error.to_string());
        Ok(())
    }
}

async fn text_of_a_send(ctx: &Context, to: &str) -> String {
    let error = ctx
        .send_message(to, 1_u64)
        .await
        .expect_err("nobody is there");
    assert_eq!(error.kind(), ErrorKind::UnknownAddress);
    error.to_string()
}

#[ockam::test]
async fn an_address_with_a_typo_names_the_nearest(ctx: Context) -> Result<()> {
    for address in ["echoer", "counter", "worker-1", "worker-2", "x"] {
        ctx.start_worker(address, Silent).await?;
    }
    let texts = [
        ("echoar", "nothing is at 0#echoar: did you mean 0#echoer?"),
        ("ecoer", "nothing is at 0#ecoer: did you mean 0#echoer?"),
        (
            "Counter",
            "nothing is at 0#Counter: did you mean 0#counter?",
        ),
        (
            "wroker-1",
            "nothing is at 0#wroker-1: did you mean 0#worker-1?",
        ),
        // None of these is a typo.
        ("worker-3", "nothing is at 0#worker-3"),
        ("printer", "nothing is at 0#printer"),
        ("y", "nothing is at 0#y"),
        ("", "nothing is at 0#"),
    ];
    for (to, text) in texts {
        assert_eq!(text_of_a_send(&ctx, to).await, text);
    }
    let asked = ctx.ask::<u64>("ecoer", 1_u64).await.unwrap_err();
    assert_eq!(asked.to_string(), texts[1].1);
    let tried = ctx.try_send("ecoer", 1_u64).unwrap_err();
    assert_eq!(tried.to_string(), texts[1].1);
    let stopped = ctx.stop_worker("ecoer").await.unwrap_err();
    assert_eq!(stopped.to_string(), texts[1].1);
    Ok(())
}

#[ockam::test]
async fn the_search_for_the_nearest_is_bounded(ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Silent).await?;
    let mut with_a_name = 0;
    for _ in 0..1_000 {
        with_a_name += usize::from(text_of_a_send(&ctx, "ecoer").await.contains("0#echoer"));
    }
    assert_eq!(with_a_name, 64);
    Ok(())
}

#[ockam::test]
async fn the_text_of_an_address_given_as_a_name_is_recognised(ctx: Context) -> Result<()> {
    assert_eq!(
        text_of_a_send(&ctx, "1#127.0.0.1:9").await,
        "nothing is at 0#1#127.0.0.1:9: a text is the name of a worker on this node; \
         `\"1#127.0.0.1:9\".parse::<Address>()` reads it"
    );
    assert_eq!(
        text_of_a_send(&ctx, "1#127.0.0.1:9 => 0#echoer").await,
        "nothing is at 0#1#127.0.0.1:9 \\x3d> 0#echoer: a text is the name of a worker on this node; \
         `\"1#127.0.0.1:9 => 0#echoer\".parse::<Route>()` reads it"
    );
    Ok(())
}

#[ockam::test]
async fn a_reply_to_what_a_handle_sent_says_so(ctx: Context) -> Result<()> {
    let (texts, mut text) = mpsc::unbounded_channel();
    let talkative = ctx.start_worker("talkative", Talkative(texts)).await?;
    talkative.send(Any::new(())).await?;
    assert_eq!(
        text.recv().await.as_deref(),
        Some(
            "0#talkative handles a message without a return route, which can't be answered: what a handle \
             sends has none, and what it asks has one"
        )
    );
    Ok(())
}

#[tokio::test]
async fn an_error_names_the_node_if_it_has_a_name() -> Result<()> {
    let alice = NodeBuilder::new()
        .name("alice")
        .mailbox_capacity(1)
        .start()
        .await?;
    let other = NodeBuilder::new().start().await?;
    assert_eq!(text_of_a_send(&other, "bank").await, "nothing is at 0#bank");
    assert_eq!(
        text_of_a_send(&alice, "bank").await,
        "nothing is at 0#bank of node alice"
    );
    assert_eq!(
        text_of_a_send(&alice, "aap").await,
        "nothing is at 0#aap of node alice: did you mean 0#app?"
    );
    let taken = alice.open("app").unwrap_err();
    assert_eq!(taken.to_string(), "0#app of node alice is taken");
    let wrong = alice.start_worker("bank", Silent).await?;
    let error = alice
        .send_message("bank", "text".to_owned())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "0#bank of node alice takes `u64`, not `alloc::string::String`"
    );
    alice.try_send("app", 1_u64)?;
    let error = alice.try_send("app", 1_u64).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the mailbox of 0#app of node alice is full"
    );
    wrong.stop().await?;
    let error = wrong.send(1).await.unwrap_err();
    assert_eq!(error.to_string(), "0#bank of node alice has stopped");
    let peers = alice.stop().await;
    other.stop().await?;
    peers
}

fn text_of_a_panic(call: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(call)).expect_err("it blocks");
    *panic.downcast().expect("it has a text")
}

#[tokio::test]
async fn what_blocks_async_code_says_what_to_write() -> Result<()> {
    let node = NodeBuilder::new().start().await?;
    let (handle, sender) = (node.start_worker("silent", Silent).await?, node.sender());
    assert_eq!(
        text_of_a_panic(|| drop(sender.blocking_send("silent", 1_u64))),
        "`blocking_send` blocks its thread, which async code must not: write `send_message(…).await`"
    );
    assert_eq!(
        text_of_a_panic(|| drop(handle.blocking_send(1))),
        "`blocking_send` blocks its thread, which async code must not: write `send(…).await`"
    );
    let (ctx, mut executor) = start_node();
    assert_eq!(
        text_of_a_panic(|| drop(executor.execute(async move { ctx.stop().await }))),
        "`execute` blocks its thread, which async code must not: write `NodeBuilder::new().start().await`"
    );
    // On a thread for such calls, it may.
    let sent = tokio::task::spawn_blocking(move || sender.blocking_send("silent", 1_u64));
    sent.await.map_err(Error::from)??;
    node.stop().await
}
