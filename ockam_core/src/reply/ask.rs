use std::any;
use std::sync::{Arc, Weak};
use std::task::Waker;
use std::time::Duration;

use ockam_body::BodyType;

use super::watchers::{Holder, WatchId};
use crate::address::Address;
use crate::any::Any;
use crate::error::{Error, Result};
use crate::parts::{PartSink, Upstream};

/// An ask on this node or another one, with the type of its answer erased.
pub(super) trait Ask: any::Any + Send + Sync {
    fn add_right(&self);
    /// Removes one right to answer. The ask ends when the last one is removed.
    fn drop_right(&self);
    /// Returns the address that stands for the asker.
    fn address(&self) -> &Address;
    fn answer_any(&self, message: Any) -> Result<()>;
    fn answer_body(&self, body: &[u8], sent: BodyType<'_>) -> Result<()>;
    fn fail(&self, error: Error) -> Result<()>;
    /// Ends the ask because the handler of a worker has failed.
    fn fail_handler(&self, worker: &Address, error: Error) -> Result<()>;
    /// Returns when the asker stops waiting, on the clock of the node, whose time is `now`.
    fn ends(&self, now: &dyn Fn() -> u64) -> u64;
    /// Returns the longest time that the asker waits, from the start of the ask.
    fn timeout(&self) -> Duration;
    fn has_ended(&self) -> bool;
    /// Returns when the asker stops waiting, or `None` if its time is over and there was no answer. An asker on
    /// this node that has not noticed yet still waits.
    fn ends_unless_over(&self, now: &dyn Fn() -> u64) -> Option<u64>;
    /// Returns `true` if the asker has stopped waiting, and had no answer.
    fn is_abandoned(&self) -> bool;
    fn set_answered(&self);
    /// Answers with parts that come from another node. Returns where they go.
    fn begin_parts(&self, upstream: Arc<dyn Upstream>) -> Result<Arc<dyn PartSink>>;
    /// Ends the ask because its asker has stopped waiting, if that is on another node: its time is over, or it
    /// has dropped the ask.
    fn cancel(&self, is_over: bool);
    /// Registers a task that is woken when the ask ends. Returns `false` if it has ended.
    fn watch(&self, id: &mut Option<WatchId>, task: Waker) -> bool;
    fn unwatch(&self, id: WatchId);
    /// Returns the number of the worker whose handler asks, or 0.
    fn asking_worker(&self) -> u64;
    /// Notes that the question has been passed on to another mailbox, so often, or that a handler has left it
    /// unanswered, so often less.
    fn note_passed_on(&self, by: i32);
    /// Returns `true` if the ask is open, and the question waits in a mailbox or is being handled, so that only
    /// its handler can answer it.
    fn is_with_handler(&self) -> bool;
    /// Notes a link that has taken the question, and hears when the asker stops waiting. Returns `false` if
    /// the ask has ended.
    fn hold(&self, holder: Weak<dyn Holder>) -> bool;
}
