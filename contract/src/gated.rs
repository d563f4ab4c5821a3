//! A worker that reports its events, and handles a message only when the test allows it.

use std::sync::Arc;

use ockam::{Context, Result, Worker};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::pace::soon;

/// An event of a [`Gated`] worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The handling of a message began: the worker waits at its gate.
    Begun(u64),
    /// The handling of a message ended.
    Done(u64),
    /// The handler of a message was dropped at its `.await`.
    Cancelled(u64),
    /// Its `shutdown` ran.
    Shutdown,
    /// The worker was dropped.
    Dropped,
}

/// A worker of numbers that waits at its [`Gate`] with each of them.
pub struct Gated {
    events: UnboundedSender<Event>,
    gate: Arc<Semaphore>,
}

/// The test's side of a [`Gated`] worker.
pub struct Gate {
    events: UnboundedReceiver<Event>,
    gate: Arc<Semaphore>,
}

/// Creates a worker and its gate, which is closed.
pub fn gated() -> (Gated, Gate) {
    let (sender, events) = unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let worker = Gated {
        events: sender,
        gate: gate.clone(),
    };
    (worker, Gate { events, gate })
}

impl Gate {
    /// Lets some messages through.
    pub fn open(&self, messages: usize) {
        self.gate.add_permits(messages);
    }

    /// Lets all messages through, now and later.
    pub fn open_for_good(&self) {
        self.gate.close();
    }

    /// Waits for the next event.
    ///
    /// # Panics
    ///
    /// Panics if the worker is gone.
    pub async fn next(&mut self) -> Event {
        soon(self.events.recv()).await.expect("the worker is gone")
    }

    /// Waits until the worker is dropped, and returns all events up to then.
    pub async fn until_dropped(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while events.last() != Some(&Event::Dropped) {
            events.push(self.next().await);
        }
        events
    }

    /// Returns the events so far.
    pub fn so_far(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.events.try_recv().ok()).collect()
    }
}

impl Gated {
    fn tell(&self, event: Event) {
        // This fails once the test is over.
        let _ = self.events.send(event);
    }
}

impl Worker for Gated {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: u64) -> Result<()> {
        self.tell(Event::Begun(msg));
        let mut handling = Handling {
            worker: self,
            message: msg,
            done: false,
        };
        if let Ok(permit) = handling.worker.gate.acquire().await {
            permit.forget();
        }
        handling.done = true;
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.tell(Event::Shutdown);
        Ok(())
    }
}

impl Drop for Gated {
    fn drop(&mut self) {
        self.tell(Event::Dropped);
    }
}

/// Reports how a handler ended, also if it was dropped.
struct Handling<'a> {
    worker: &'a Gated,
    message: u64,
    done: bool,
}

impl Drop for Handling<'_> {
    fn drop(&mut self) {
        let end = if self.done {
            Event::Done
        } else {
            Event::Cancelled
        };
        self.worker.tell(end(self.message));
    }
}
