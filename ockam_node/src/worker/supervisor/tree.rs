use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ockam_core::{Result, Worker};

use super::child::AnyChild;
use super::pool::{Pool, PoolMembers};
use crate::context::{Context, OnNode};
use crate::mailbox::Signal;
use crate::node::{Node, StopInTurn};
use crate::task::{self, until};
use crate::time::NodeRuntime;
use crate::time::clock::{self, Instant};
use crate::worker::restart::{Budget, Restart};
use crate::worker::siblings::{Event, Place, Siblings, Strategy, Wake};

/// The time that siblings have to finish the message in hand. Then the others begin without them: they may wait
/// for an answer of one that is not started yet.
const REST_WITHIN: Duration = Duration::from_secs(1);

/// What all incarnations of a supervisor share.
pub(super) struct Spec {
    pub(super) strategy: Strategy,
    pub(super) children: Vec<Arc<dyn AnyChild>>,
    pub(super) restart: Restart,
    /// The children of the incarnation that lives.
    pub(super) siblings: Mutex<Option<Arc<Siblings>>>,
    /// What makes the members of a pool, if it is one, and how many there are to be.
    pub(super) pool: Option<Arc<dyn Pool>>,
    pub(super) wanted: AtomicUsize,
}

/// The worker of a supervisor.
pub(crate) struct Tree {
    pub(super) spec: Arc<Spec>,
    pub(super) siblings: Arc<Siblings>,
    budget: Budget,
    /// Known once it is initialised.
    pub(super) node: Option<Arc<Node>>,
    /// When the children that have not stopped are killed, once their stop has begun.
    stop_by: Option<Instant>,
    pub(super) members: PoolMembers,
}

impl Spec {
    pub(super) fn siblings(&self) -> Option<Arc<Siblings>> {
        let siblings = self.siblings.lock();
        siblings.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets how many members the pool has when the supervisor is started again.
    pub(super) fn set_wanted(&self, members: usize) {
        self.wanted.store(members, Ordering::Relaxed);
    }
}

impl Tree {
    pub(super) fn new(spec: Arc<Spec>) -> Self {
        let siblings = Siblings::new(spec.strategy);
        let budget = Budget::new(&spec.restart);
        let mut current = spec.siblings.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(siblings.clone());
        drop(current);
        Self {
            spec,
            siblings,
            budget,
            node: None,
            stop_by: None,
            members: PoolMembers::new(),
        }
    }

    /// Handles what has happened to the children.
    ///
    /// # Errors
    ///
    /// Why the supervisor gives up.
    async fn attend(&mut self) -> Result<(), String> {
        while let Some(event) = self.siblings.next_event() {
            match event {
                Event::Failed(number, delay) => self.restart(number, delay, false).await,
                Event::GaveUp(number, why) => match self.budget.count(clock::now()) {
                    Some(delay) => self.restart(number, delay, true).await,
                    None => return Err(self.name(number, &why)),
                },
            }
        }
        Ok(())
    }

    fn name(&self, number: u64, why: &str) -> String {
        let affected = self.siblings.affected(number);
        let child = affected.iter().find(|child| child.number() == number);
        match child.and_then(|child| child.endpoint()) {
            Some(endpoint) => format!("{} {why}", endpoint.registration().address()),
            None => why.to_owned(),
        }
    }

    /// Starts a child again with those that go with it, in order.
    async fn restart(&self, number: u64, delay: Duration, is_fresh: bool) {
        let affected = self.siblings.affected(number);
        // They may have begun again since the failure.
        let others = affected.iter().filter(|child| child.number() != number);
        others.for_each(|child| child.mark());
        let rest_by = clock::after(REST_WITHIN);
        for child in &affected {
            if clock::limit_at(rest_by, child.rested()).await.is_none() {
                child.no_longer_waited_for();
            }
        }
        clock::sleep(delay).await;
        for child in &affected {
            if !child.go(is_fresh && child.number() == number).await {
                // It has failed again, which is the next event. Those behind it wait for that.
                return;
            }
        }
    }

    /// Stops the children, the last one started first, and kills those that don't stop in time.
    async fn stop_children(&mut self) {
        if let Some(node) = self.node.clone() {
            self.stop_of_children(&node).await;
        }
    }

    /// Begins the stop of the children. If it is begun again, the first deadline holds.
    fn stop_of_children(&mut self, node: &Node) -> impl Future<Output = ()> + Send + use<> {
        let after = || clock::after(node.settings.stop_timeout);
        let deadline = *self.stop_by.get_or_insert_with(after);
        stop_by(node.runtime.clone(), deadline, self.siblings.close())
    }
}

impl Worker for Tree {
    type Message = Wake;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        self.node = Some(ctx.node().clone());
        self.siblings.set_supervisor(ctx.endpoint());
        for child in &self.spec.children {
            let Some(place) = self.siblings.add(true) else {
                break;
            };
            if let Err(error) = child.start(ctx.starter(), place).await {
                self.stop_children().await;
                return Err(error);
            }
        }
        if self.spec.pool.is_some() {
            let wanted = self.spec.wanted.load(Ordering::Relaxed);
            if let Err(error) = self.resize(&ctx.sender(), wanted).await {
                self.stop_children().await;
                return Err(error);
            }
        }
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, wake: Wake) -> Result<()> {
        if let Wake::Resize(members) = wake {
            let (answer, own) = (ctx.reply_later(), ctx.sender());
            // A stop doesn't wait for members that start, nor for those that are stopped already.
            let resized = until(ctx.stopping::<Wake>(), self.resize(&own, members)).await;
            // It fails if nobody waits for the answer any more.
            let _ = match resized.unwrap_or_else(|| Err(Self::no_more_members(ctx.address()))) {
                Ok(()) => answer.send(()).await,
                Err(error) => answer.fail(error),
            };
            // There may have been no room in the mailbox to be told of what has happened meanwhile.
        }
        let attended = until(ctx.stopping::<Wake>(), self.attend()).await;
        if let Some(Err(why)) = attended {
            self.stop_children().await;
            // The loop of this worker takes it before anything else.
            let fail = Signal::Fail {
                generation: ctx.endpoint().generation(),
                why: why.into(),
            };
            let _ = ctx.endpoint().signal(fail, 1);
        }
        Ok(())
    }

    async fn shutdown(&mut self, ctx: &mut Context) -> Result<()> {
        if let Some(pool) = self.spec.pool.as_ref().filter(|_| ctx.is_stopping()) {
            pool.close();
        }
        self.stop_children().await;
        Ok(())
    }
}

impl Drop for Tree {
    /// Stops the children of a supervisor that was killed, or whose start was dropped, in the background.
    fn drop(&mut self) {
        let has_children = !self.siblings.close().is_empty();
        if let Some(node) = self.node.take().filter(|_| has_children) {
            task::spawn(&node.runtime, self.stop_of_children(&node));
        }
    }
}

/// Stops children, the last one started first, and kills what is left at a deadline.
pub(super) async fn stop_by(
    runtime: Arc<NodeRuntime>,
    deadline: Instant,
    children: Vec<Arc<Place>>,
) {
    let mut stop = StopInTurn::new(runtime, deadline);
    for child in children {
        if let Some(endpoint) = child.endpoint() {
            child.end();
            stop.next(endpoint).await;
        }
    }
    stop.finish().await;
}
