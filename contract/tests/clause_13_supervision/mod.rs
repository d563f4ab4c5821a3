//! Clause 13: supervision. A worker that is made by a function is started again when it fails, at the same
//! address and with the same mailbox. Each has a budget of its own. What belongs together is started again
//! together, and stopped in reverse order.

mod budgets;
mod groups;
mod handles;
mod many;
mod owned;
mod owned_trees;
mod restarts;
mod seeds;
mod stops;
mod trees;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ockam::{Context, Error, ErrorKind, Factory, Result, Worker, WorkerBuilder};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Notes its life, and fails as it is told.
struct Fragile {
    name: String,
    notes: Notes,
    incarnation: u64,
    sum: u64,
}

/// What [`Fragile`] workers have noted.
#[derive(Clone)]
struct Notes {
    sender: UnboundedSender<String>,
    /// How many incarnations fail when they start.
    fail_to_start: Arc<AtomicU64>,
}

/// Makes a [`Fragile`] worker panic.
const PANIC: u64 = u64::MAX;
/// Makes it return an error that is fatal.
const FATAL: u64 = u64::MAX - 1;
/// Makes it return an error that is not.
const ERROR: u64 = u64::MAX - 2;
/// Makes it stop itself.
const STOP: u64 = u64::MAX - 3;
/// Makes it wait for ten seconds.
const WAIT: u64 = u64::MAX - 4;

/// Makes it wait for ever.
const FOR_EVER: u64 = u64::MAX - 5;

fn notes() -> (Notes, UnboundedReceiver<String>) {
    let (sender, receiver) = unbounded_channel();
    let fail_to_start = Arc::default();
    (
        Notes {
            sender,
            fail_to_start,
        },
        receiver,
    )
}

impl Notes {
    fn note(&self, what: String) {
        // This fails if the test no longer reads.
        let _ = self.sender.send(what);
    }

    /// Builds a worker that notes here what it does.
    fn fragile(&self, name: &str) -> WorkerBuilder<Fragile, Factory> {
        let (name, notes) = (name.to_owned(), self.clone());
        let mut incarnation = 0;
        WorkerBuilder::from_fn(name.clone(), move || {
            incarnation += 1;
            Fragile {
                name: name.clone(),
                notes: notes.clone(),
                incarnation,
                sum: 0,
            }
        })
    }
}

fn noted(notes: &mut UnboundedReceiver<String>) -> Vec<String> {
    std::iter::from_fn(|| notes.try_recv().ok()).collect()
}

impl Fragile {
    fn note(&self, what: &str) {
        self.notes
            .note(format!("{} {} {what}", self.name, self.incarnation));
    }
}

impl Worker for Fragile {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        let fails = &self.notes.fail_to_start;
        let one_less = |left: u64| left.checked_sub(1);
        if fails
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
            .is_ok()
        {
            return Err(Error::new(ErrorKind::Other, "not today"));
        }
        self.note("starts");
        Ok(())
    }

    /// Answers with the sum of all messages so far.
    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        match msg {
            PANIC => panic!("on purpose"),
            FATAL => return Err(Error::new(ErrorKind::InvalidInput, "fatal")),
            ERROR => return Err(Error::new(ErrorKind::Other, "not fatal")),
            STOP => return ctx.stop_worker(ctx.address()).await,
            WAIT => tokio::time::sleep(Duration::from_secs(10)).await,
            FOR_EVER => std::future::pending().await,
            msg => self.sum += msg,
        }
        if ctx.reply(self.sum).await.is_err() {
            self.note(&msg.to_string());
        }
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.note("stops");
        Ok(())
    }
}
