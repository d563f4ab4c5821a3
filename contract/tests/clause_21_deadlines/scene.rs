//! Workers that the tests of this clause share.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use ockam::{Context, Result, Worker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// What a deadline may pass late, beside the time that a message takes.
pub(super) fn slack(timeout: Duration) -> Duration {
    timeout / 64 + Duration::from_millis(2)
}

type Handling<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Handles numbers as a function of the test says.
pub(super) struct Does<F>(pub(super) F);

impl<F> Worker for Does<F>
where
    F: for<'a> FnMut(&'a mut Context, u64) -> Handling<'a> + Send + 'static,
{
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        (self.0)(ctx, msg).await
    }
}

/// Makes a worker of an async function of the test.
pub(super) fn does<F>(handle: F) -> Does<F>
where
    F: for<'a> FnMut(&'a mut Context, u64) -> Handling<'a> + Send + 'static,
{
    Does(handle)
}

/// What a [`Watcher`] reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Seen {
    /// The handling of a question began, with so much time left.
    Begun(u64, Option<Duration>),
    /// Nobody waits any more.
    Cancelled(u64),
    /// The handler was dropped before that.
    Dropped(u64),
}

/// Reports how long each asker waits, and waits until nobody does.
pub(super) struct Watcher(UnboundedSender<Seen>);

pub(super) fn watcher() -> (Watcher, UnboundedReceiver<Seen>) {
    let (told, seen) = unbounded_channel();
    (Watcher(told), seen)
}

impl Worker for Watcher {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let _ = self.0.send(Seen::Begun(msg, ctx.time_left()));
        let mut dropped = Dropped(Some((msg, self.0.clone())));
        ctx.cancelled().await;
        dropped.0 = None;
        let _ = self.0.send(Seen::Cancelled(msg));
        Ok(())
    }
}

struct Dropped(Option<(u64, UnboundedSender<Seen>)>);

impl Drop for Dropped {
    fn drop(&mut self) {
        if let Some((msg, told)) = self.0.take() {
            let _ = told.send(Seen::Dropped(msg));
        }
    }
}
