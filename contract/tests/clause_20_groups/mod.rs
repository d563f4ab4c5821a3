//! Clause 20: groups. Many members at one address: one of them gets a message, or all of them.

mod all;
mod full;
mod keys;
mod members;
mod named;
mod one;
mod pools;
mod remote;
mod resizing;
mod seeds;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ockam::{Context, Result, Worker};
use tokio::sync::Semaphore;

/// Answers with its index, when it is let go on.
struct Member {
    index: usize,
    gate: Gate,
}

/// Holds up members, and counts what they have begun.
#[derive(Clone)]
struct Gate {
    open: Arc<Semaphore>,
    begun: Arc<AtomicUsize>,
}

impl Gate {
    /// Lets so many messages be handled.
    fn letting(messages: usize) -> Self {
        Self {
            open: Arc::new(Semaphore::new(messages)),
            begun: Arc::default(),
        }
    }

    fn open() -> Self {
        Self::letting(Semaphore::MAX_PERMITS)
    }

    fn let_go(&self, messages: usize) {
        self.open.add_permits(messages);
    }

    fn begun(&self) -> usize {
        self.begun.load(Ordering::Relaxed)
    }

    /// Returns the function that makes members.
    fn make(&self) -> impl Fn(usize) -> Member + Send + Sync + 'static {
        let gate = self.clone();
        move |index| Member {
            index,
            gate: gate.clone(),
        }
    }
}

/// Makes a [`Member`] panic.
const PANIC: u64 = u64::MAX;
/// Makes it stop itself.
const STOP: u64 = u64::MAX - 1;
/// It does not answer this.
const QUIET: u64 = u64::MAX - 2;

impl Worker for Member {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.gate.begun.fetch_add(1, Ordering::Relaxed);
        let permit = self.gate.open.acquire().await;
        permit.expect("a gate is never closed").forget();
        match msg {
            PANIC => panic!("on purpose"),
            STOP => ctx.stop_worker(ctx.address()).await,
            QUIET => Ok(()),
            _ => {
                // It fails if the message was only sent.
                let _ = ctx.reply(self.index).await;
                Ok(())
            }
        }
    }
}
