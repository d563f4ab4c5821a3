//! The tasks of timers.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::headers::{Headers, Withdrawal};
use ockam_core::{Error, ErrorKind, Message, Result, Route};

use super::idle::Asking;
use super::owned::Timers;
use super::state::TimerState;
use super::timer::Timer;
use crate::context::outbox::Outbox;
use crate::delivery::{AnyEndpoint, admitted, aim_at, send_when_room};
use crate::log;
use crate::mailbox::Signal;
use crate::panics::{Panic, catch};
use crate::send_error::SendError;
use crate::task::{spawn, until};
use crate::time::clock::{self, Instant, sleep_until};

/// The shortest time between two messages of a timer, which is what the clock can tell apart.
const MIN_INTERVAL: Duration = Duration::from_millis(1);

/// Where the messages of a timer go, and in whose name.
pub(in crate::context) struct Destined {
    pub(in crate::context) outbox: Outbox,
    pub(in crate::context) owner: Arc<dyn AnyEndpoint>,
    pub(in crate::context) route: Route,
}

/// The task of a timer, before it begins.
struct TimerTask {
    destined: Destined,
    state: Arc<TimerState>,
    /// Whether the messages go to the mailbox of the owner.
    is_own: bool,
}

/// Sends one message after a time.
pub(in crate::context) fn send_after<M: Message>(
    timers: &Timers,
    destined: Destined,
    after: Duration,
    message: M,
) -> Timer {
    let due = clock::after(after);
    TimerTask::new(timers, destined, false).start(|task| async move {
        sleep_until(due).await;
        task.send_or_tell(message).await;
    })
}

/// Sends a message again and again.
pub(in crate::context) fn send_every<M: Message + Clone>(
    timers: &Timers,
    destined: Destined,
    every: Duration,
    message: M,
) -> Timer {
    let every = every.clamp(MIN_INTERVAL, clock::MAX_TIMEOUT);
    let first = clock::after(every);
    TimerTask::new(timers, destined, true).start(move |task| async move {
        let mut due = first;
        loop {
            sleep_until(due).await;
            // A tick that nobody has come to yet stands for this one as well.
            if !task.state.is_queued() {
                let copy = catch(|| message.clone());
                if !task.tick(copy).await {
                    return;
                }
            }
            due = next_tick(due, every, clock::now());
        }
    })
}

/// Sends one message to the owner when it has waited for messages for a time.
pub(in crate::context) fn send_when_idle<M: Message>(
    timers: &Timers,
    destined: Destined,
    after: Duration,
    message: M,
) -> Timer {
    let asking = timers.idle().ask();
    let after = after.clamp(MIN_INTERVAL, clock::MAX_TIMEOUT);
    TimerTask::new(timers, destined, false).start(move |task| async move {
        task.owner_is_idle(&asking, after).await;
        task.send_or_tell(message).await;
    })
}

/// Returns the first instant after `now` that is a whole number of intervals after `due`.
fn next_tick(due: Instant, every: Duration, now: Instant) -> Instant {
    let late = now.saturating_duration_since(due).as_nanos();
    let missed = late / every.as_nanos().max(1);
    // `missed` intervals fit into the time that has passed.
    let behind = u64::try_from(late - missed * every.as_nanos()).unwrap_or(0);
    now.max(due) + every.saturating_sub(Duration::from_nanos(behind))
}

impl TimerTask {
    fn new(timers: &Timers, destined: Destined, repeats: bool) -> Self {
        let own = destined.owner.registration().addresses.as_slice();
        let is_own = destined
            .route
            .as_single()
            .is_some_and(|to| own.contains(to));
        let state = Arc::new(TimerState::new(timers.scope(), repeats));
        Self {
            destined,
            state,
            is_own,
        }
    }

    /// Spawns the task. It ends early when the timers of its owner are cancelled.
    fn start<F>(self, run: impl FnOnce(Self) -> F) -> Timer
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let runtime = tokio::runtime::Handle::clone(&self.destined.outbox.node.runtime);
        let state = self.state.clone();
        let sending = run(self);
        let of_task = state.clone();
        let task = spawn(&runtime, async move {
            until(of_task.scope().cancelled(), sending).await;
        });
        Timer::new(state, task.abort_handle())
    }

    /// Waits until the owner has waited for messages for `after`.
    async fn owner_is_idle(&self, asking: &Asking, after: Duration) {
        loop {
            let begun = self.destined.owner.begun();
            let due = asking.idle_at(begun, after);
            if due <= clock::now() {
                return;
            }
            sleep_until(due).await;
        }
    }

    /// Sends a copy of the message. Returns `false` if there is nobody for whom to go on.
    async fn tick<M: Message>(&self, copy: Result<M, Panic>) -> bool {
        match copy {
            Ok(copy) => match self.send(copy).await {
                Ok(()) => true,
                // Without the copy, so that failures that are alike are told as one.
                Err(error) => self.tell(Error::new(error.kind(), error.to_string())),
            },
            Err(panic) => {
                let why = panic.message();
                let why = format!("the `Clone` of a timer's message panicked: {why}");
                self.tell(Error::new(ErrorKind::Panicked, why));
                false
            }
        }
    }

    async fn send_or_tell<M: Message>(&self, message: M) {
        if let Err(error) = self.send(message).await {
            self.tell(error);
        }
    }

    /// Sends a message when there is room, unless the timer is cancelled before.
    async fn send<M: Message>(&self, message: M) -> Result<()> {
        let Destined { outbox, route, .. } = &self.destined;
        let mut message = outbox.message(message);
        if self.is_own {
            let withdrawal = Withdrawal::new(self.state.clone());
            Headers::of_mut(&mut message).extend(|it| it.withdrawal = Some(withdrawal));
        }
        let found = match route.first() {
            Some(first) => outbox
                .check(route)
                .and_then(|()| outbox.node.router.find(first)),
            None => Err(Error::new(
                ErrorKind::NoRoute,
                "the message has an empty route",
            )),
        };
        let destination = match found {
            Ok(destination) => destination,
            Err(error) => return Err(error.with_undelivered(message.into_body())),
        };
        let onward = route.rest();
        let headers = Headers::of(&message);
        let destination = match admitted(&destination, Some(headers)).await {
            Ok(None) => destination,
            Ok(Some(inner)) => inner,
            Err(error) => return Err(error.with_undelivered(message.into_body())),
        };
        let aim = aim_at(&destination, &message);
        let mut message = Some(message);
        let push = |room| {
            let Some(waiting) = message.take().filter(|_| self.begin_send()) else {
                destination.give_back(room);
                return Ok(());
            };
            match destination.send(room, onward.clone(), waiting) {
                Ok(()) => {
                    self.sent();
                    Ok(())
                }
                Err(SendError::Full(again)) => {
                    self.state.take_back();
                    message = Some(again);
                    Err(SendError::Full(()))
                }
                Err(refused) => {
                    self.state.end_send();
                    Err(SendError::Failed((), destination.error_of(refused)))
                }
            }
        };
        let sent = send_when_room(&destination, &onward, aim, push).await;
        sent.map_err(|refused| destination.error_of_incoming(refused))
    }

    fn begin_send(&self) -> bool {
        let begins = self.state.begin_send();
        if begins && self.is_own {
            // The owner may begin the message as soon as it is pushed.
            self.state.set_queued();
        }
        begins
    }

    fn sent(&self) {
        if !self.is_own {
            self.state.end_send();
        }
    }

    /// Tells the owner that a message was not delivered. Returns `false` if the owner takes no messages any
    /// more.
    fn tell(&self, failure: Error) -> bool {
        let owner = &self.destined.owner;
        if self.is_own && !owner.is_open() {
            // The owner stops, and its timers with it.
            return false;
        }
        let Err(Signal::Undelivered(failure)) = owner.signal(Signal::Undelivered(failure), 1)
        else {
            return true;
        };
        let address = owner.registration().address();
        let why = format_args!("a later message was not delivered: {failure:#}");
        let lost = &self.destined.outbox.node.dead_letters;
        lost.add(Some(address), 1, why, String::new);
        log::warn(address, why);
        owner.is_open()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_next_tick_is_on_the_grid_and_in_the_future() {
        let (start, every) = (clock::now(), Duration::from_millis(10));
        let at = |millis| start + Duration::from_millis(millis);
        assert_eq!(next_tick(at(10), every, at(10)), at(20));
        assert_eq!(next_tick(at(10), every, at(19)), at(20));
        assert_eq!(next_tick(at(10), every, at(20)), at(30));
        assert_eq!(next_tick(at(10), every, at(1_234)), at(1_240));
        let longest = clock::MAX_TIMEOUT;
        assert_eq!(next_tick(start, longest, start), start + longest);
    }
}
