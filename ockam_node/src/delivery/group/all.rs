//! A push to all members that doesn't wait.

use std::task::{Context, Waker};

use ockam_core::{Error, ErrorKind, Message, Routed};

use super::copies::{Copies, discard, has_right_to_answer};
use super::endpoint::GroupEndpoint;
use super::member::Member;
use super::policy::OnFull;
use crate::delivery::any_endpoint::MemberPermit;
use crate::mailbox::Wakeup;
use crate::send_error::SendError;

impl<M: Message> GroupEndpoint<M> {
    pub(super) fn push_to_all(
        &self,
        copy: fn(&M) -> M,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        let message = self.refuse_question(message)?;
        let all = self.read().all().clone();
        if self.on_full == OnFull::Wait {
            return match self.reserve_at_once(&all) {
                Some(places) if places.is_empty() => Err(self.nobody(message)),
                Some(places) => self.push_at(places, message),
                None => Err(SendError::Full(message)),
            };
        }
        let members: Vec<&Member> = all.iter().filter(|it| !it.is_leaving()).collect();
        let mut full = Vec::new();
        let pushed = self.push_copies(copy, message, members.len(), |place, message| {
            let member = members[place];
            let pushed = member.endpoint.push(None, message);
            if let Err(SendError::Full(_)) = &pushed {
                full.push(Member::clone(member));
            }
            pushed
        });
        let skips = self.on_full == OnFull::Skip;
        match skips {
            true => full.iter().for_each(|member| self.skip(member)),
            false => self.dismiss(&full),
        }
        match pushed {
            Err(SendError::Full(message)) if skips => {
                // All members were full. Each of them is counted.
                discard([message]);
                Ok(())
            }
            Err(SendError::Full(message)) => Err(self.nobody(message)),
            pushed => pushed,
        }
    }

    /// Returns a message that is no question. A question wants one answer.
    pub(super) fn refuse_question(
        &self,
        message: Routed<M>,
    ) -> Result<Routed<M>, SendError<Routed<M>>> {
        if !has_right_to_answer(&message) {
            return Ok(message);
        }
        let group = self.owner.registration().address();
        let why =
            format!("a question wants one answer, and the group {group} delivers to all members");
        let error = Error::new(ErrorKind::InvalidInput, why);
        Err(SendError::Failed(message, error))
    }

    /// Pushes copies of a message to so many members, by their positions. The message itself is the last one.
    ///
    /// # Errors
    ///
    /// Returns the message if nobody has got it: [`SendError::Full`] if somebody was full.
    pub(super) fn push_copies(
        &self,
        copy: fn(&M) -> M,
        message: Routed<M>,
        members: usize,
        mut push: impl FnMut(usize, Routed<M>) -> Result<Wakeup, SendError<Routed<M>>>,
    ) -> Result<(), SendError<Routed<M>>> {
        let Some(last) = members.checked_sub(1) else {
            return Err(self.nobody(message));
        };
        let mut copies = match Copies::new(copy, message, members) {
            Ok(copies) => copies,
            Err((message, panic)) => return Err(self.panicked("`Clone`", &panic, message)),
        };
        let (mut is_delivered, mut is_full) = (false, false);
        let mut note = |pushed: Result<Wakeup, SendError<Routed<M>>>| match pushed {
            Ok(wakeup) => {
                is_delivered = true;
                wakeup.wake();
                None
            }
            Err(refused) => {
                is_full |= matches!(refused, SendError::Full(_));
                Some(refused.into_message())
            }
        };
        for place in 0..last {
            let Some(copy) = copies.next() else { break };
            discard(note(push(place, copy)));
        }
        let (message, weighing) = copies.last();
        let refused = note(push(last, message));
        match refused {
            _ if is_delivered => {
                weighing.delivered();
                discard(refused);
                Ok(())
            }
            Some(mut message) => {
                weighing.undelivered(&mut message);
                match is_full {
                    true => Err(SendError::Full(message)),
                    false => Err(self.nobody(message)),
                }
            }
            None => Ok(()),
        }
    }

    /// Reserves a place at each member, if all of them have room.
    fn reserve_at_once(&self, members: &[Member]) -> Option<Vec<MemberPermit>> {
        let mut cx = Context::from_waker(Waker::noop());
        let mut places = Vec::with_capacity(members.len());
        for member in members.iter().filter(|member| !member.is_leaving()) {
            let mut place = MemberPermit::new(member.endpoint.clone());
            if place.poll(&mut cx).is_pending() {
                return None;
            }
            places.push(place);
        }
        Some(places)
    }
}
