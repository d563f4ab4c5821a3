//! The workers of these tests.

use std::future::pending;
use std::marker::PhantomData;
use std::sync::Once;

use ockam::{Context, Error, ErrorKind, Message, Result, Route, Worker, async_worker};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Answers with what it is sent.
pub(crate) struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Do {
    Answer,
    Drop,
    Fail,
    FailWithoutKind,
    Panic,
    Wait,
}

/// Does what it is told, which is not always an answer.
pub(crate) struct Moody;

#[async_worker]
impl Worker for Moody {
    type Message = Do;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Do) -> Result<()> {
        match msg {
            Do::Answer => ctx.reply(7_u64).await,
            Do::Drop => Ok(()),
            Do::Fail => Err(Error::new(
                ErrorKind::InvalidInput,
                "a secret of the server",
            )),
            Do::FailWithoutKind => Err(Error::new(ErrorKind::Other, "a secret of the server")),
            Do::Panic => std::panic::panic_any("on purpose"),
            Do::Wait => pending().await,
        }
    }
}

/// Sends what it is told to, and tells the test what was not delivered.
pub(crate) struct Sends<M> {
    to: Route,
    failures: UnboundedSender<Error>,
    _message: PhantomData<fn(M)>,
}

impl<M> Sends<M> {
    pub(crate) fn new(to: Route) -> (Self, UnboundedReceiver<Error>) {
        let (failures, receiver) = unbounded_channel();
        let sends = Self {
            to,
            failures,
            _message: PhantomData,
        };
        (sends, receiver)
    }
}

#[async_worker]
impl<M: Message> Worker for Sends<M> {
    type Message = M;

    async fn handle_message(&mut self, ctx: &mut Context, msg: M) -> Result<()> {
        ctx.send_message(&self.to, msg).await
    }

    async fn undelivered(&mut self, _ctx: &mut Context, failure: Error) -> Result<()> {
        // Refused if the test has seen enough.
        let _ = self.failures.send(failure);
        Ok(())
    }
}

/// Keeps the panics that are raised on purpose off stderr.
pub(crate) fn quiet() {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let say = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic.payload().downcast_ref() != Some(&"on purpose") {
                say(panic);
            }
        }));
    });
}
