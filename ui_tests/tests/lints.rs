//! `clippy` has nothing to say about code like the guide's, and a crate may forbid its lints.

#![forbid(clippy::all, clippy::pedantic, unused_mut)]
#![deny(forbidden_lint_groups)]

use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.send_message("app", format!("{}", msg)).await
    }
}

#[ockam::test]
async fn the_steps_of_the_guide(mut ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.send_message("echoer", "Hello Ockam!".to_string())
        .await?;
    let reply = ctx.receive::<String>().await?;
    println!("Reply: {}", reply);
    ctx.stop().await
}

#[ockam::test]
async fn before_there_is_something_to_receive(mut ctx: Context) -> Result<()> {
    ctx.stop().await
}

#[ockam::test]
async fn without_an_await() {}
