//! The loop around the loop of a worker that can be started again.
//!
//! ```text
//!  serve ─▶ failure ─▶ decide ─┬─ again ─▶ delay ──────────────┬─▶ make ─▶ initialize ─▶ serve …
//!                              ├─ rest ──▶ until the supervisor ┘            │
//!                              └─ end                        decide ◀────────┘ failure
//! ```
//!
//! All incarnations run in one task with one context, one endpoint and one mailbox, so that handles, routes
//! and monitors lead to each of them, and what is queued waits for the next one. What an incarnation has made
//! (timers, monitors, links) ends with it. A kill aborts the task, whatever it is doing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ockam_core::reply::ReplyTo;
use ockam_core::{Address, Addresses, DownReason, Error, ErrorKind, Result};
use tokio::runtime::Handle;

use super::initialize::{NotInitialized, initialize};
use super::relay::{Relay, Runs, Served};
use super::restart::{Budget, Restart, When};
use super::siblings::{Place, Rest, Rested};
use crate::context::{Context, Front, owned_ended};
use crate::delivery::{AnyEndpoint, Supervision};
use crate::lifecycle::ExitReason;
use crate::log::{self, Trouble};
use crate::panics::{Panic, catch, caught, drop_caught};
use crate::task::polls::counted;
use crate::task::{spawn, until};
use crate::time::clock::{self, sleep};

/// Makes the worker of each incarnation. A supervisor that is started again uses it again.
pub(super) type Make<W> = Arc<Mutex<dyn FnMut() -> W + Send>>;

/// How a worker is supervised.
pub(super) struct Plan<W> {
    pub(super) make: Make<W>,
    pub(super) restart: Restart,
    /// Its place under a supervisor, if it has one.
    pub(super) child: Option<Arc<Place>>,
    /// What stands at its address in its place, until it is registered.
    pub(super) front: Option<Front>,
}

/// What becomes of a worker that has failed.
enum Decision {
    /// It ends, for this reason.
    End(ExitReason),
    /// It is started again after a delay.
    Again(Duration),
    /// Its supervisor decides.
    Rest,
    /// It is over its budget, and its supervisor decides.
    GaveUp,
}

impl<W: Runs> Plan<W> {
    /// Makes a worker.
    fn make(&self) -> Result<W, Panic> {
        // Only one incarnation at a time is made, so nobody waits for this lock.
        let mut make = self.make.lock().unwrap_or_else(PoisonError::into_inner);
        catch(&mut *make)
    }

    /// Makes the first worker.
    pub(super) fn first(&self, addresses: &Addresses) -> Result<W> {
        if cfg!(panic = "abort") {
            let why = "the program is built with `panic = \"abort\"`: no worker survives a panic";
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        self.make_at(
            &addresses
                .as_slice()
                .first()
                .cloned()
                .unwrap_or_else(|| "".into()),
        )
    }

    fn make_at(&self, address: &Address) -> Result<W> {
        self.make().map_err(|panic| {
            let why = panic.message();
            let why = format!("the function that makes {address} panicked: {why}");
            Error::new(ErrorKind::Panicked, why)
        })
    }

    /// Makes an endpoint known as that of a worker that can be started again.
    pub(super) fn supervise(&self, endpoint: &Arc<dyn AnyEndpoint>, watch: u64) {
        let registration = endpoint.registration();
        let (restart, always) = (self.restart.clone(), self.restart.when == When::Always);
        let supervisor = self.child.as_ref().and_then(|child| child.supervisor());
        let supervision = Supervision::new(registration.id, always, supervisor, move |error| {
            restart.is_fatal(error)
        });
        // An endpoint is registered once.
        let _ = registration.supervision.set(Box::new(supervision));
        if let Some(child) = &self.child {
            child.set_endpoint(watch, endpoint);
        }
    }

    /// Runs all incarnations of a worker in a task.
    pub(super) fn start(self, relay: Relay<W>, runtime: &Handle) {
        let endpoint = relay.endpoint.clone();
        let polled = relay.ctx.polled_worker();
        let task = spawn(runtime, counted(polled, self.run(relay)));
        endpoint.registration.lifecycle.run(task.abort_handle());
    }

    async fn run(self, mut relay: Relay<W>) {
        let endpoint = relay.endpoint.clone();
        endpoint.registration.lifecycle.begin(tokio::task::id());
        let mut budget = Budget::new(&self.restart);
        loop {
            let served = caught(W::serve(&mut relay)).await;
            // The message that it has failed at is not handled again.
            endpoint.mailbox.note_handled();
            let Relay { worker, ctx, .. } = relay;
            let dropped = drop_caught(worker);
            let failure = match served.and_then(|served| dropped.map(|()| served)) {
                Ok(Served::Ended) => {
                    owned_ended(ctx.stop_owned()).await;
                    return;
                }
                Ok(Served::Restart) => None,
                Ok(Served::Failed(error)) => Some(Failure::of(error)),
                Err(panic) => {
                    endpoint.registration.count_failure();
                    Some(Failure::panicked(&panic))
                }
            };
            let Some((worker, ctx)) = self.begin_again(ctx, failure, &mut budget).await else {
                return;
            };
            relay = Relay {
                worker,
                ctx,
                endpoint: endpoint.clone(),
            };
        }
    }

    /// Begins the next incarnation. Returns `None` if there is none, and the worker has ended.
    async fn begin_again(
        &self,
        mut ctx: Context,
        mut failure: Option<Failure>,
        budget: &mut Budget,
    ) -> Option<(W, Context)> {
        loop {
            let asker = ctx.asker().cloned();
            let owned = ctx.stop_owned();
            ctx.renew();
            let decision = self.decide(&ctx, failure.as_ref(), budget);
            if let Decision::End(reason) = decision {
                owned_ended(owned).await;
                self.end(ctx, reason, asker, failure);
                return None;
            }
            self.announce(&ctx, failure.as_ref(), &decision);
            // It may have been marked before it came to rest by itself, and a worker that was linked to the
            // incarnation that has ended may have failed it.
            ctx.endpoint().renew();
            let is_over = matches!(decision, Decision::GaveUp);
            let gave_up = is_over.then(|| gave_up(failure.as_ref()));
            // Those that are started again together with this worker begin no further message by now.
            tell(&ctx, asker, failure.take());
            owned_ended(owned).await;
            match decision {
                Decision::Again(delay) => {
                    until(ctx.stopping::<W::Message>(), sleep(delay)).await;
                }
                _ => match self.rest(&mut ctx).await {
                    Rest::Go { is_fresh: true } => *budget = Budget::new(&self.restart),
                    Rest::Go { .. } => {}
                    Rest::End => {
                        // One that only waited for its siblings ends as it was told to.
                        if let Some(reason) = gave_up {
                            self.end(ctx, reason, None, None);
                        }
                        return None;
                    }
                },
            }
            if ctx.is_stopping() && ctx.is_nothing_queued() {
                return None;
            }
            let supervision = ctx.registration().supervision.get();
            supervision.iter().for_each(|it| it.resume());
            match self.begin(&mut ctx).await {
                Ok(worker) => {
                    self.child.iter().for_each(|child| child.runs());
                    return Some((worker, ctx));
                }
                Err(error) => failure = Some(Failure::of_start(error)),
            }
        }
    }

    fn decide(&self, ctx: &Context, failure: Option<&Failure>, budget: &mut Budget) -> Decision {
        let child = self.child.as_ref();
        if failure.is_none() {
            match child.map(|child| child.comes_to_rest()) {
                Some(Rested::WithOthers) => return Decision::Rest,
                Some(Rested::Late) => return Decision::Again(Duration::ZERO),
                Some(Rested::Alone) | None => {}
            }
        }
        let ends = ctx.is_stopping() || self.restart.when == When::Never;
        if ends {
            let reason = failure.map(|failure| failure.reason.clone());
            return Decision::End(reason.unwrap_or(ExitReason::Stopped));
        }
        let Some(delay) = budget.count(clock::now()) else {
            let reason = gave_up(failure);
            return match child {
                Some(child) if child.gives_up(&reason.to_string()) => Decision::GaveUp,
                _ => Decision::End(reason),
            };
        };
        match child {
            Some(child) if child.fails_with_others(delay) => Decision::Rest,
            _ => Decision::Again(delay),
        }
    }

    /// Waits for the supervisor, or for a stop.
    async fn rest(&self, ctx: &mut Context) -> Rest {
        let Some(child) = &self.child else {
            return Rest::End;
        };
        let rested = until(ctx.stopping::<W::Message>(), child.rest()).await;
        rested.unwrap_or(Rest::Go { is_fresh: false })
    }

    /// Makes and initialises the next worker.
    async fn begin(&self, ctx: &mut Context) -> Result<W> {
        let address = ctx.registration().address().clone();
        let mut worker = self.make_at(&address)?;
        let node = ctx.node().clone();
        match initialize(&node, &mut worker, ctx).await {
            Ok(()) => Ok(worker),
            Err(NotInitialized::Killed(error) | NotInitialized::Failed(error)) => {
                let _ = drop_caught(worker);
                Err(error)
            }
        }
    }

    /// Logs a restart, and tells those that watch.
    fn announce(&self, ctx: &Context, failure: Option<&Failure>, decision: &Decision) {
        let (node, registration) = (ctx.node(), ctx.registration());
        let Some(supervision) = registration.supervision.get() else {
            return;
        };
        let why = failure.map_or_else(
            || "it is started again with others".to_owned(),
            |failure| failure.reason.to_string(),
        );
        supervision.rest(&why);
        let before = supervision.incarnation();
        let number = supervision.begin_incarnation(node.next_id());
        let reason = DownReason::Restarted(why.clone());
        registration.watchers.restart(before, &reason);
        if failure.is_some() {
            let when = match decision {
                Decision::Again(delay) => format!(" in {delay:?}"),
                _ => " by its supervisor".to_owned(),
            };
            let details = format!(" (restart {number}{when})");
            let kind = format!("{why}; it is started again");
            node.log_repeated(registration.address(), &kind, &details);
        }
    }

    /// Ends the worker for good.
    fn end(
        &self,
        ctx: Context,
        reason: ExitReason,
        asker: Option<ReplyTo>,
        failure: Option<Failure>,
    ) {
        let (node, address) = (ctx.node().clone(), ctx.registration().address().clone());
        if reason.is_failure() {
            node.log_repeated(&address, &reason.to_string(), "");
            if self.restart.is_essential && self.child.is_none() {
                let why = format!("the essential worker {address} {reason}");
                node.fail(Error::new(ErrorKind::Stopped, why));
            }
        }
        ctx.registration().lifecycle.note(reason.clone());
        // The asker may start the worker again at once, so the address is freed first.
        drop(ctx);
        let is_told = match (asker, failure) {
            (Some(asker), Some(failure)) => asker.fail(failure.told(&address)).is_ok(),
            _ => false,
        };
        if !is_told && reason.is_failure() {
            log::untold(Trouble::Failures, &address, format_args!("{reason}"));
        }
    }
}

/// A failure of a worker.
struct Failure {
    reason: ExitReason,
    /// The error of the handler, if it has returned one.
    error: Option<Error>,
}

impl Failure {
    fn panicked(panic: &Panic) -> Self {
        Self {
            reason: ExitReason::Panicked(panic.message().into()),
            error: None,
        }
    }

    fn of(error: Error) -> Self {
        Self {
            reason: ExitReason::failed(&error),
            error: Some(error),
        }
    }

    fn of_start(error: Error) -> Self {
        Self {
            reason: ExitReason::failed_to_start(&error),
            error: None,
        }
    }

    /// Returns what the asker of the message that was being handled is told.
    fn told(self, address: &Address) -> Error {
        self.error.unwrap_or_else(|| {
            let why = format!("{address} panicked while it handled the question");
            Error::new(ErrorKind::Panicked, why)
        })
    }
}

/// Returns the reason of a worker that has failed once too often.
fn gave_up(failure: Option<&Failure>) -> ExitReason {
    let why = match failure {
        Some(failure) => failure.reason.to_string(),
        None => "it stopped itself too often".to_owned(),
    };
    ExitReason::GaveUp(why.into())
}

/// Reports a failure to the asker of the message that was being handled.
fn tell(ctx: &Context, asker: Option<ReplyTo>, failure: Option<Failure>) {
    if let (Some(asker), Some(failure)) = (asker, failure) {
        // This fails if the question has been answered. The failure is in the log.
        let _ = asker.fail(failure.told(ctx.registration().address()));
    }
}
