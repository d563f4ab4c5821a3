//! Clause 19: streams and slow work. An attached stream is polled at most one item ahead of room in the mailbox,
//! in order, and is dropped with its worker. Piped work ends in exactly one message: a result, an error or a
//! panic. Blocking work is off the node's threads, bounded in number, and counted at the stop of the node.

mod attached;
mod blocking;
mod hostile;
mod piped;
mod seeds;
mod stopping;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ockam::{Context, Error, Result, Worker};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const SECOND: Duration = Duration::from_secs(1);

/// What a [`Taker`] is sent.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Event {
    Number(u64),
    Failed(String),
    /// Panics.
    Panic,
    /// Keeps the worker busy for a time.
    Busy(Duration),
}

/// Makes a message of a result.
fn event(result: Result<u64>) -> Event {
    match result {
        Ok(number) => Event::Number(number),
        Err(error) => Event::Failed(error.to_string()),
    }
}

/// Hands its context to a function of the test when it starts, and passes on what it gets and is told.
struct Taker<F> {
    start: F,
    got: UnboundedSender<Got>,
}

#[derive(Debug)]
enum Got {
    Event(Event),
    Undelivered(Error),
    Shutdown,
}

/// Creates a worker that begins with `start`, and the receiver of what it gets.
fn taker<F>(start: F) -> (Taker<F>, UnboundedReceiver<Got>)
where
    F: FnMut(&Context) -> Result<()> + Send + 'static,
{
    let (got, events) = unbounded_channel();
    (Taker { start, got }, events)
}

impl<F: FnMut(&Context) -> Result<()> + Send + 'static> Worker for Taker<F> {
    type Message = Event;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        (self.start)(ctx)
    }

    async fn handle_message(&mut self, _ctx: &mut Context, event: Event) -> Result<()> {
        let busy = match event {
            Event::Busy(time) => time,
            _ => Duration::ZERO,
        };
        let panics = event == Event::Panic;
        // This fails if the test no longer reads.
        let _ = self.got.send(Got::Event(event));
        assert!(!panics, "on purpose");
        tokio::time::sleep(busy).await;
        Ok(())
    }

    async fn undelivered(&mut self, _ctx: &mut Context, failure: Error) -> Result<()> {
        let _ = self.got.send(Got::Undelivered(failure));
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        let _ = self.got.send(Got::Shutdown);
        Ok(())
    }
}

/// Returns the numbers that have come so far.
fn numbers(events: &mut UnboundedReceiver<Got>) -> Vec<u64> {
    let mut numbers = Vec::new();
    while let Ok(got) = events.try_recv() {
        if let Got::Event(Event::Number(number)) = got {
            numbers.push(number);
        }
    }
    numbers
}

/// Counts how often it has been dropped.
#[derive(Clone, Default)]
struct Drops(Arc<AtomicUsize>);

impl Drops {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Returns what counts one when it is dropped.
    fn one(&self) -> OnDrop {
        OnDrop(self.clone())
    }
}

struct OnDrop(Drops);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Returns how often the worker has been started again.
fn restarts(ctx: &Context) -> u64 {
    let report = ctx.inspect_worker("taker");
    report.expect("it is there").restarts
}
