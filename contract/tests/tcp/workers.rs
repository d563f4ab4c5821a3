//! The workers of these tests.

use std::future::pending;
use std::marker::PhantomData;
use std::sync::Once;

use ockam::{Context, Error, ErrorKind, Message, Result, Route, Worker, async_worker};
use ockam_contract::pace::soon;
use serde::{Deserialize, Serialize};
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

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Do {
    Answer,
    Drop,
    Fail,
    FailWithoutKind,
    Panic,
    Wait,
}

/// Acts as the message says, which is not always an answer.
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

/// Sends its messages along a route, and reports failures to the test.
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
        // This fails if the test no longer reads.
        let _ = self.failures.send(failure);
        Ok(())
    }
}

/// Sends its messages along several routes in turn, and doesn't handle failures.
pub(crate) struct Careless(pub(crate) Vec<Route>);

#[async_worker]
impl Worker for Careless {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.0.rotate_left(1);
        ctx.send_message(&self.0[0], msg).await
    }
}

/// Sends the numbers up to a count, answers when that is done, and reports failures to the test.
pub(crate) struct Teller(UnboundedSender<Error>);

#[async_worker]
impl Worker for Teller {
    type Message = (Route, u64);

    async fn handle_message(&mut self, ctx: &mut Context, msg: (Route, u64)) -> Result<()> {
        for number in 0..msg.1 {
            ctx.send_message(&msg.0, number).await?;
        }
        ctx.reply(()).await
    }

    async fn undelivered(&mut self, _ctx: &mut Context, failure: Error) -> Result<()> {
        // This fails if the test no longer reads.
        let _ = self.0.send(failure);
        Ok(())
    }
}

/// Starts a [`Teller`]. Returns the receiver of its failures.
pub(crate) async fn teller(ctx: &Context, name: &str) -> Result<UnboundedReceiver<Error>> {
    let (sender, failures) = unbounded_channel();
    ctx.start_worker(name, Teller(sender)).await?;
    Ok(failures)
}

/// Makes a [`Teller`] send, and waits until it is done.
pub(crate) async fn tell(ctx: &Context, teller: &str, route: Route, count: u64) -> Result<()> {
    soon(ctx.ask(teller, (route, count))).await
}

/// Keeps panics that are raised on purpose off stderr.
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
