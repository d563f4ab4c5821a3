//! A worker that records its messages.

use ockam::{Context, Message, Result, Worker, async_worker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Passes every message to the test. The test can read them even after the worker has stopped.
#[derive(Debug)]
pub struct Recorder<M>(UnboundedSender<M>);

impl<M> Recorder<M> {
    /// Creates a recorder and the receiver of its messages.
    pub fn new() -> (Self, UnboundedReceiver<M>) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }
}

#[async_worker]
impl<M: Message> Worker for Recorder<M> {
    type Message = M;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: M) -> Result<()> {
        // This fails if the test no longer reads.
        let _ = self.0.send(msg);
        Ok(())
    }
}

/// Reads the remaining messages of a recorder that has been stopped.
pub async fn recorded<M>(mut receiver: UnboundedReceiver<M>) -> Vec<M> {
    let mut messages = Vec::new();
    while let Some(message) = receiver.recv().await {
        messages.push(message);
    }
    messages
}
