//! A push that doesn't wait.

use ockam_core::{Error, ErrorKind, Message, Result, Routed};

use super::endpoint::GroupEndpoint;
use super::load::{count, count_no_more};
use super::member::Member;
use super::policy::{OnFull, Policy};
use crate::delivery::any_endpoint::{Aim, MemberPermit};
use crate::mailbox::Wakeup;
use crate::panics::{Panic, catch};
use crate::send_error::SendError;

/// The result of a push to one member after another, with what is to be done when the lock is released.
struct Tried<M> {
    result: Result<Wakeup, SendError<Routed<M>>>,
    /// Those whose mailboxes were full.
    full: Vec<Member>,
}

impl<M: Message> GroupEndpoint<M> {
    /// Pushes a message to those that it is for.
    ///
    /// # Errors
    ///
    /// Returns [`SendError::Full`] if the sender can wait for room.
    pub(crate) fn push(&self, message: Routed<M>) -> Result<Wakeup, SendError<Routed<M>>> {
        if self.is_closed() {
            return Err(SendError::Closed(message));
        }
        match &self.policy {
            Policy::All(copy) => {
                let pushed = self.push_to_all(*copy, message);
                pushed.map(|()| Wakeup::nobody())
            }
            Policy::RoundRobin | Policy::LeastLoaded => self.push_to_one(message),
            Policy::ByKey(key) => match catch(|| key(message.body())) {
                Ok(key) => self.push_by_key(key, message),
                Err(panic) => Err(self.panicked("key", &panic, message)),
            },
        }
    }

    /// Finds out whom a message is for.
    pub(super) fn aim_of(&self, body: &M) -> Aim {
        match &self.policy {
            Policy::All(_) => Aim::All,
            Policy::RoundRobin | Policy::LeastLoaded => Aim::One,
            Policy::ByKey(key) => catch(|| key(body)).map_or(Aim::Nobody, Aim::Key),
        }
    }

    #[cold]
    pub(super) fn panicked(
        &self,
        what: &str,
        panic: &Panic,
        message: Routed<M>,
    ) -> SendError<Routed<M>> {
        let (group, why) = (self.owner.registration().address(), panic.message());
        let why = format!("the {what} of a message to the group {group} panicked: {why}");
        SendError::Failed(message, Error::new(ErrorKind::Panicked, why))
    }

    #[cold]
    fn full(&self, what: &str, message: Routed<M>) -> SendError<Routed<M>> {
        let group = self.owner.registration().address();
        let why = format!("{what} of the group {group} has no room");
        SendError::Failed(message, Error::new(ErrorKind::MailboxFull, why))
    }

    fn push_to_one(&self, message: Routed<M>) -> Result<Wakeup, SendError<Routed<M>>> {
        let Tried { result, full } = self.try_each(message);
        match self.on_full {
            OnFull::Wait => {}
            OnFull::Skip => full.iter().for_each(|member| self.skip(member)),
            OnFull::Dismiss => self.dismiss(&full),
        }
        match result {
            Err(SendError::Full(message)) if self.on_full == OnFull::Skip => {
                Err(self.full("every member", message))
            }
            Err(SendError::Full(message)) if self.on_full == OnFull::Dismiss => {
                Err(self.nobody(message))
            }
            Err(SendError::Closed(message)) => Err(self.nobody(message)),
            result => result,
        }
    }

    /// Tries one member after another, the one whose turn it is first. The result is `Closed` if there is none.
    fn try_each(&self, mut message: Routed<M>) -> Tried<M> {
        let counts = matches!(self.policy, Policy::LeastLoaded);
        let members = self.read();
        let all = members.all();
        let turn = self.next_turn(all.len());
        let first = match counts {
            true => least_loaded(all, turn),
            false => turn,
        };
        let mut full = Vec::new();
        let (before, behind) = all.split_at(first.min(all.len()));
        for member in behind.iter().chain(before) {
            if member.is_leaving() {
                continue;
            }
            match push_to(member, counts, message) {
                Ok(wakeup) => {
                    let result = Ok(wakeup);
                    return Tried { result, full };
                }
                Err(SendError::Closed(again)) => message = again,
                Err(SendError::Full(again)) => {
                    message = again;
                    full.push(member.clone());
                    if self.on_full == OnFull::Wait && !counts {
                        break;
                    }
                }
                Err(refused) => {
                    let result = Err(refused);
                    return Tried { result, full };
                }
            }
        }
        let result = Err(match full.is_empty() {
            true => SendError::Closed(message),
            false => SendError::Full(message),
        });
        Tried { result, full }
    }

    fn push_by_key(
        &self,
        key: u64,
        mut message: Routed<M>,
    ) -> Result<Wakeup, SendError<Routed<M>>> {
        loop {
            let members = self.read();
            let Some(owner) = members.owner(key) else {
                drop(members);
                let mut members = self.write();
                members.assign(key);
                let is_assigned = members.owner(key).is_some();
                drop(members);
                match is_assigned {
                    true => continue,
                    false => return Err(self.nobody(message)),
                }
            };
            let pushed = owner.endpoint.push(None, message);
            let owner = match &pushed {
                Ok(_) => return pushed,
                Err(_) => owner.clone(),
            };
            drop(members);
            match (pushed, self.on_full) {
                // The key goes to another one when this one has ended.
                (Err(SendError::Full(again) | SendError::Closed(again)), OnFull::Wait) => {
                    return Err(SendError::Full(again));
                }
                (Err(SendError::Full(again)), OnFull::Dismiss) => {
                    self.dismiss(&[owner]);
                    message = again;
                }
                (Err(SendError::Full(again)), OnFull::Skip) => {
                    self.skip(&owner);
                    return Err(self.full("the member of the key", again));
                }
                (Err(SendError::Closed(again)), _) => {
                    return Err(self.full("the member of the key, which ends,", again));
                }
                (pushed, _) => return pushed,
            }
        }
    }

    /// Pushes a message at the places that were reserved for it, if their owners are still members.
    pub(super) fn push_at(
        &self,
        mut places: Vec<MemberPermit>,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        if places.is_empty() {
            return self.push(message).map(Wakeup::wake);
        }
        if let Policy::All(copy) = &self.policy {
            let message = self.refuse_question(message)?;
            let mut places = places.into_iter();
            let pushed = self.push_copies(*copy, message, places.len(), |_, message| {
                let place = places.next().expect("there are as many places as copies");
                place.push(message)
            });
            return pushed;
        }
        let place = places.pop().expect("there is one: see above");
        let id = place.endpoint().registration().id;
        let Some(member) = self.read().find(id).cloned() else {
            return Err(SendError::Full(message));
        };
        let pushed = match self.policy {
            Policy::LeastLoaded => push_counted(&member, message, |message| place.push(message)),
            _ => place.push(message),
        };
        match pushed {
            Ok(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            // It has ended meanwhile, and the message waits for another one.
            Err(SendError::Closed(message)) => Err(SendError::Full(message)),
            Err(refused) => Err(refused),
        }
    }
}

/// Pushes a message to a member, and counts it if that is asked for.
fn push_to<M: Message>(
    member: &Member,
    counts: bool,
    message: Routed<M>,
) -> Result<Wakeup, SendError<Routed<M>>> {
    let push = |message| member.endpoint.push(None, message);
    match counts {
        true => push_counted(member, message, push),
        false => push(message),
    }
}

/// Pushes a message that counts as one of a member until it has been handled.
fn push_counted<M>(
    member: &Member,
    mut message: Routed<M>,
    push: impl FnOnce(Routed<M>) -> Result<Wakeup, SendError<Routed<M>>>,
) -> Result<Wakeup, SendError<Routed<M>>> {
    let before = count(&mut message, &member.state);
    push(message).map_err(|refused| {
        refused.map(|mut message| {
            count_no_more(&mut message, before);
            message
        })
    })
}

/// Returns the position of the member with the fewest messages, the first one from `turn` on.
fn least_loaded(members: &[Member], turn: usize) -> usize {
    let (before, behind) = members.split_at(turn.min(members.len()));
    let mut best = (usize::MAX, turn);
    let places = (turn..).zip(behind).chain((0..).zip(before));
    for (place, member) in places.filter(|(_, member)| !member.is_leaving()) {
        let load = member.load();
        if load < best.0 {
            best = (load, place);
        }
        if load == 0 {
            break;
        }
    }
    best.1
}
