//! A worker that panics on demand.

use std::panic::panic_any;
use std::time::Duration;

use ockam::{Context, Result, Worker, WorkerHandle, async_worker};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The action of a [`Nervous`] worker.
#[derive(Clone, Copy, Serialize, Deserialize, PartialEq, Debug)]
pub(crate) enum Do {
    Nothing,
    Answer,
    Panic,
    /// When no other task can run. This needs a paused clock.
    PanicLater,
    PanicBehindAnswer,
    PanicWithoutText,
}

/// Acts as the message says. It reports the begin and the end.
pub(crate) struct Nervous(pub(crate) UnboundedSender<&'static str>);

#[async_worker]
impl Worker for Nervous {
    type Message = Do;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Do) -> Result<()> {
        let _ = self.0.send("handling");
        match msg {
            Do::Nothing => {}
            Do::Answer => ctx.reply(()).await?,
            Do::Panic => panic!("what now"),
            Do::PanicLater => {
                tokio::time::sleep(Duration::from_millis(1)).await;
                panic!("what {}", "now");
            }
            Do::PanicBehindAnswer => {
                ctx.reply(()).await?;
                panic!("what else");
            }
            Do::PanicWithoutText => panic_any(7),
        }
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        let _ = self.0.send("shutdown");
        Ok(())
    }
}

/// Starts a worker with two addresses, and returns its reports.
pub(crate) async fn start(
    ctx: &Context,
) -> Result<(WorkerHandle<Do>, UnboundedReceiver<&'static str>)> {
    let (events, seen) = unbounded_channel();
    let handle = ctx
        .start_worker(vec!["nervous", "alias"], Nervous(events))
        .await?;
    Ok((handle, seen))
}
