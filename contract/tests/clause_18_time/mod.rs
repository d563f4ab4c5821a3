//! Clause 18: time. A later message is sent at most once and never early. It dies with the worker that made
//! it. One that is due at a full mailbox waits, and one that can't be delivered goes to `undelivered`.
//! Cancelling says whether a message was prevented.

mod again;
mod cancelled;
mod failing;
mod idle;
mod once;

use std::time::Duration;

use ockam::{Context, Result, Timer, Worker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

/// Hands its context to a function of the test when it starts, and passes on what it gets, with the time.
struct Timed<F> {
    start: Option<F>,
    got: UnboundedSender<(u64, Duration)>,
    since: Instant,
}

/// Creates a worker that begins with `start`, and the receiver of its messages, with the time of each since
/// now.
fn timed<F>(start: F) -> (Timed<F>, UnboundedReceiver<(u64, Duration)>)
where
    F: FnOnce(&Context) + Send + 'static,
{
    let (got, messages) = unbounded_channel();
    let (start, since) = (Some(start), Instant::now());
    (Timed { start, got, since }, messages)
}

impl<F: FnOnce(&Context) + Send + 'static> Worker for Timed<F> {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        self.start.take().into_iter().for_each(|start| start(ctx));
        Ok(())
    }

    async fn handle_message(&mut self, _ctx: &mut Context, msg: u64) -> Result<()> {
        // This fails if the test no longer reads.
        let _ = self.got.send((msg, self.since.elapsed()));
        if msg == PANIC {
            panic!("on purpose");
        }
        if msg >= SLOW {
            tokio::time::sleep(Duration::from_secs(msg - SLOW)).await;
        }
        Ok(())
    }
}

/// What makes a [`Timed`] worker panic.
const PANIC: u64 = u64::MAX;

/// As many seconds more keep a [`Timed`] worker busy for so long.
const SLOW: u64 = 1_000_000;

/// Makes a timer in the `initialize` of a worker available to the test.
#[derive(Clone, Default)]
struct Kept(std::sync::Arc<std::sync::Mutex<Option<Timer>>>);

impl Kept {
    fn keep(&self, timer: Timer) {
        *self.0.lock().expect("no test panics with it") = Some(timer);
    }

    fn cancel(&self) -> bool {
        let timer = self.0.lock().expect("no test panics with it").clone();
        timer.expect("a timer was kept").cancel()
    }
}
