//! The time that an asker has left travels with the question, over every hop. A handler can see it, hear
//! that nobody waits any more, and be limited itself.
//!
//! Prints:
//!     back has at most 200 ms
//!     the asker: timed out
//!     back heard that nobody waits
//!     limited: timed out, and lives: pong
use std::time::Duration;

use ockam::{async_worker, Context, Result, Worker, WorkerBuilder};

struct Front;

#[async_worker]
impl Worker for Front {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        // Asks with what is left of the caller's time, not with 30 s.
        let answer: String = ctx.ask("back", msg).await?;
        ctx.reply(answer).await
    }
}

struct Back;

#[async_worker]
impl Worker for Back {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: String) -> Result<()> {
        let left = ctx.time_left().expect("it was asked with a deadline");
        assert!(left <= Duration::from_millis(200));
        println!("back has at most 200 ms");
        // Ends when the asker has given up, wherever it is.
        ctx.cancelled().await;
        ctx.send_message("app", "back heard that nobody waits".to_string())
            .await
    }
}

struct Limited;

#[async_worker]
impl Worker for Limited {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        if msg == "hang" {
            std::future::pending::<()>().await;
        }
        ctx.reply("pong".to_string()).await
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("back", Back).await?;
    ctx.start_worker("front", Front).await?;
    let asked = ctx
        .ask_timeout::<String>("front", "hello".to_string(), Duration::from_millis(200))
        .await;
    println!("the asker: {}", asked.unwrap_err().kind());
    println!("{}", ctx.receive::<String>().await?);

    // A handler that hangs is dropped at its `.await`; whoever asked is told; the worker goes on.
    let limit = Duration::from_millis(50);
    WorkerBuilder::new("limited", Limited)
        .handler_timeout(limit)
        .start(&ctx)
        .await?;
    let hung = ctx.ask::<String>("limited", "hang".to_string()).await.unwrap_err();
    let lives: String = ctx.ask("limited", "ping".to_string()).await?;
    println!("limited: {}, and lives: {lives}", hung.kind());
    ctx.stop().await
}
