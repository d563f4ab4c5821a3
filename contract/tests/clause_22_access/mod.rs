//! Clause 22: access. Who may send to a worker, and whom a worker may send to.

mod admit;
mod hostile;
mod incoming;
mod outgoing;
mod processors;
mod remote;

use ockam::{Context, Error, ErrorKind, Result, Route, Worker};

/// Answers with its message.
struct Vault;

impl Worker for Vault {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, secret: String) -> Result<()> {
        ctx.reply(secret).await
    }
}

/// Sends on what it gets, along a route, and answers with the answer.
struct Clerk(Route);

impl Worker for Clerk {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        let answer: String = ctx.ask(self.0.clone(), msg).await?;
        ctx.reply(answer).await
    }
}

/// Checks that a message was denied, and came back.
#[track_caller]
fn assert_denied(sent: Result<()>, message: &str) {
    let mut error: Error = sent.expect_err("it is denied");
    assert_eq!(error.kind(), ErrorKind::Denied, "{error}");
    assert_eq!(error.take::<String>().as_deref(), Some(message));
}
