//! Clause 26: what a node is doing can be looked at, and nothing on the node waits for that.

mod connections;
mod feeds;
mod recordings;
mod report;
mod times;

use std::future::pending;

use ockam::{Context, Result, Worker};

/// Does what its message says.
struct Busy;

impl Worker for Busy {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        match &*msg {
            "panic" => panic!("on purpose"),
            "fail" => Err(ockam::Error::new(ockam::ErrorKind::Other, "on purpose")),
            "hang" => pending().await,
            _ => ctx.reply(msg).await,
        }
    }
}

/// Never comes to an end of its `initialize`.
struct Hesitant;

impl Worker for Hesitant {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        pending().await
    }
}
