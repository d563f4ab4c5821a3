//! The workers of these tests.

use ockam::{
    Context, Error, ErrorKind, Identifier, Message, Result, Route, Routed, Worker, async_worker,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Answers with its message.
pub(crate) struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

/// Answers with who has asked.
pub(crate) struct WhoAsks;

#[async_worker]
impl Worker for WhoAsks {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        let peer = msg.peer().as_ref().map(Identifier::to_string);
        ctx.reply(peer.unwrap_or_default()).await
    }
}

/// Fails.
pub(crate) struct Failing;

#[async_worker]
impl Worker for Failing {
    type Message = String;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: String) -> Result<()> {
        match msg.as_str() {
            "panic" => std::panic::resume_unwind(Box::new("on purpose")),
            _ => Err(Error::new(ErrorKind::InvalidInput, "a secret of Bob's")),
        }
    }
}

/// Sends its messages along a route, and reports failures to the test.
pub(crate) struct Sends {
    to: Route,
    failures: UnboundedSender<Error>,
}

impl Sends {
    pub(crate) fn new(to: Route) -> (Self, UnboundedReceiver<Error>) {
        let (failures, receiver) = unbounded_channel();
        (Self { to, failures }, receiver)
    }
}

#[async_worker]
impl Worker for Sends {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.send_message(&self.to, msg).await
    }

    async fn undelivered(&mut self, _ctx: &mut Context, failure: Error) -> Result<()> {
        // This fails if the test no longer reads.
        let _ = self.failures.send(failure);
        Ok(())
    }
}

/// Starts a worker that passes its messages to the test.
pub(crate) async fn recorder<M: Message>(
    ctx: &Context,
    name: &str,
) -> Result<UnboundedReceiver<M>> {
    let (recorder, recorded) = ockam_contract::recorder::Recorder::new();
    ctx.start_worker(name, recorder).await?;
    Ok(recorded)
}
