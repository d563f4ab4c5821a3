//! A callback of a user that uses the node.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Wake, Waker};

use ockam::{Context, NodeBuilder, Result, Worker};
use ockam_contract::pace::without_deadlock;

/// Uses every locked part of the node at each call.
pub(crate) struct Callback {
    /// Sends to its own mailbox, opens others and lists workers.
    ctx: Weak<Context>,
    /// A further address that it sends to, whose locks might be held.
    other: &'static str,
    /// A further action.
    also: OnceLock<Box<dyn Fn() + Send + Sync>>,
    calls: AtomicUsize,
    /// Set while it runs, so that it doesn't call itself.
    calling: AtomicBool,
}

impl Callback {
    /// Returns the number of calls.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// Adds an action to each call.
    pub(crate) fn also(&self, also: impl Fn() + Send + Sync + 'static) {
        let set = self.also.set(Box::new(also));
        assert!(set.is_ok(), "there is one thing more already");
    }

    /// Calls into the node. The results don't matter; the calls must return.
    pub(crate) fn call(&self) {
        if self.calling.swap(true, Ordering::Relaxed) {
            return;
        }
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        if let Some(ctx) = self.ctx.upgrade() {
            self.use_the_node(&ctx, number);
        }
        if let Some(also) = self.also.get() {
            also();
        }
        self.calling.store(false, Ordering::Relaxed);
    }

    fn use_the_node(&self, ctx: &Context, number: usize) {
        for address in [self.other, "app", "callback", "nobody"] {
            let _ = ctx.try_send(address, 0_u64);
            let _ = ctx.sender().try_send(address, 0_u64);
            // A worker at this address would be stopped when the future is polled, which does not
            // happen here.
            drop(ctx.stop_worker(address));
        }
        let _ = ctx.list_workers();
        let _ = ctx.dead_letters();
        let _ = ctx.open(self.other);
        let _ = ctx.open(format!("opened {number}"));
        poll_to_the_first_wait(ctx.start_worker(self.other, Idle));
        poll_to_the_first_wait(ctx.start_worker(format!("started {number}"), Idle));
        poll_to_the_first_wait(ctx.send_message(self.other, 0_u64));
        poll_to_the_first_wait(ctx.ask::<u64>(self.other, 0_u64));
    }
}

impl Wake for Callback {
    fn wake(self: Arc<Self>) {
        self.call();
    }
}

impl Drop for Callback {
    /// The last clone of a waker drops this, which is code of a user, too.
    fn drop(&mut self) {
        self.call();
    }
}

fn poll_to_the_first_wait<F: Future>(future: F) {
    let mut future = Box::pin(future);
    let _ = future
        .as_mut()
        .poll(&mut std::task::Context::from_waker(Waker::noop()));
}

/// A worker that does nothing.
struct Idle;

impl Worker for Idle {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        Ok(())
    }
}

/// A message that calls back when it is dropped.
pub(crate) struct Bomb(pub(crate) Arc<Callback>);

impl ockam::Message for Bomb {}

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.call();
    }
}

/// The node of a test, and the context that its callbacks use.
pub(crate) struct Stage {
    pub(crate) ctx: Context,
    /// Owned here, because the callbacks must not own it.
    caller: Arc<Context>,
}

impl Stage {
    /// Stops the worker that callbacks have started at an address.
    pub(crate) async fn free(&self, address: &str) {
        // There may be none.
        let _ = self.ctx.kill_worker(address).await;
    }

    pub(crate) fn callback(&self, other: &'static str) -> Arc<Callback> {
        Arc::new(Callback {
            ctx: Arc::downgrade(&self.caller),
            other,
            also: OnceLock::new(),
            calls: AtomicUsize::new(0),
            calling: AtomicBool::new(false),
        })
    }
}

/// Runs a test on a node with one thread and mailboxes for one message. Fails if it hangs.
#[track_caller]
pub(crate) fn on_stage<F>(test: impl FnOnce(Stage) -> F + Send + 'static)
where
    F: Future<Output = Result<()>>,
{
    without_deadlock(|| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build();
        let tested = runtime.expect("a runtime").block_on(async {
            let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
            let caller = Arc::new(ctx.open("callback")?);
            test(Stage { ctx, caller }).await
        });
        tested.expect("nothing fails");
    });
}
