//! A worker that keeps what it is sent.

use ockam::{Context, Message, Result, Worker, async_worker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Hands every message to the test. What it has handed over can be read until it is dropped.
#[derive(Debug)]
pub struct Recorder<M>(UnboundedSender<M>);

impl<M> Recorder<M> {
    /// Creates a recorder and the end at which the test reads.
    pub fn new() -> (Self, UnboundedReceiver<M>) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }
}

#[async_worker]
impl<M: Message> Worker for Recorder<M> {
    type Message = M;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: M) -> Result<()> {
        // Refused if the test has seen enough.
        let _ = self.0.send(msg);
        Ok(())
    }
}

/// Reads what is left in a recorder that has been stopped.
pub async fn recorded<M>(mut receiver: UnboundedReceiver<M>) -> Vec<M> {
    let mut messages = Vec::new();
    while let Some(message) = receiver.recv().await {
        messages.push(message);
    }
    messages
}
