//! Messages of the work that the owner of a mailbox has handed out.
//!
//! ```text
//!  begin_work ─▶ … ─▶ push_own ─▶ end_work
//!      └ refused when the mailbox is closed      └ wakes a receiver that waits for nothing else
//! ```
//!
//! A stop closes a mailbox to others. The work that is under way by then still gets its message in, and the
//! receiver goes on until the last of it has ended. When the owner itself has ended, nothing gets in.

use super::{Mailbox, Permit, State, Wakeup};
use crate::panics::wake;
use crate::send_error::SendError;

/// The largest number of pieces of work that the owner of a mailbox has under way.
pub(crate) const MAX_OWN_WORK: u32 = 16_384;

/// Why no work can be begun.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoWork {
    /// The mailbox is closed.
    Closed,
    /// [`MAX_OWN_WORK`] pieces are under way.
    TooMuch,
}

impl<T> State<T> {
    /// Returns `true` if a message can still come.
    pub(super) fn takes_more(&self) -> bool {
        self.open || self.own_work > 0 && !self.has_ended
    }
}

impl<T> Mailbox<T> {
    /// Begins a piece of work, whose message is let in also when the mailbox is closed meanwhile. It is refused
    /// if `most` pieces are under way.
    pub(crate) fn begin_work(&self, most: u32) -> Result<(), NoWork> {
        let mut state = self.lock();
        match state.own_work {
            _ if !state.open => Err(NoWork::Closed),
            under_way if under_way >= most => Err(NoWork::TooMuch),
            _ => {
                state.own_work += 1;
                Ok(())
            }
        }
    }

    /// Ends a piece of work that was begun. It brings no further message.
    pub(crate) fn end_work(&self) {
        let mut state = self.lock();
        state.own_work -= 1;
        // A receiver that waits for messages of others is not concerned.
        let receiver = match state.takes_more() {
            true => None,
            false => self.take_receiver(&mut state),
        };
        drop(state);
        receiver.into_iter().for_each(wake);
    }

    /// Accepts a message of work that has begun. Without a permit, it is refused if there is no room. In a
    /// closed mailbox, it needs no room.
    pub(crate) fn push_own(
        &self,
        permit: Option<Permit>,
        message: T,
    ) -> Result<Wakeup, SendError<T>> {
        let mut state = self.lock();
        let waker = permit.and_then(|permit| state.waiting.remove(permit));
        debug_assert!(waker.is_none(), "a permit is used once it is granted");
        if !state.takes_more() {
            return Err(SendError::Closed(message));
        }
        let needs_room = state.open && permit.is_none();
        if needs_room && (state.waiting.has_waiting() || !self.has_room(&mut state)) {
            return Err(SendError::Full(message));
        }
        // A permit that was granted counts, unless the mailbox has been closed since.
        if !state.open || permit.is_none() {
            state.accepted = state.accepted.wrapping_add(1);
        }
        self.came.add(1);
        state.waiting.note_arrivals(1, self.capacity);
        state.queue.push_back(message);
        Ok(Wakeup(self.take_receiver(&mut state)))
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::mailbox::{Receiver, Reserve};

    fn ready(receiver: &mut Receiver<u8>, mailbox: &Mailbox<u8>) -> Poll<bool> {
        receiver.poll_ready(mailbox, &mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn work_under_way_gets_its_messages_into_a_mailbox_that_was_closed() {
        let (mailbox, mut receiver) = (Mailbox::new(1), Receiver::new());
        assert_eq!(mailbox.begin_work(MAX_OWN_WORK), Ok(()));
        assert!(mailbox.try_push(1).is_ok());
        assert!(matches!(mailbox.push_own(None, 2), Err(SendError::Full(2))));
        mailbox.close();
        assert_eq!(mailbox.begin_work(MAX_OWN_WORK), Err(NoWork::Closed));
        assert!(matches!(mailbox.try_push(3), Err(SendError::Closed(3))));
        // There is no room, but nobody else will come any more.
        assert!(mailbox.push_own(None, 2).is_ok());
        assert_eq!((mailbox.accepted(), mailbox.glance().queued), (2, 2));
        for expected in [1, 2] {
            assert_eq!(ready(&mut receiver, &mailbox), Poll::Ready(true));
            assert_eq!(receiver.pop(&mailbox), Some(expected));
        }
        assert_eq!(ready(&mut receiver, &mailbox), Poll::Pending);
        mailbox.end_work();
        assert_eq!(ready(&mut receiver, &mailbox), Poll::Ready(false));
        assert_eq!(mailbox.accepted(), receiver.begun());
        assert_eq!(mailbox.glance().queued, 0);
    }

    #[test]
    fn work_that_waits_for_room_gets_in_when_the_mailbox_is_closed() {
        let (mailbox, mut receiver) = (Mailbox::new(1), Receiver::new());
        assert_eq!(mailbox.begin_work(MAX_OWN_WORK), Ok(()));
        assert!(mailbox.try_push(1).is_ok());
        let mut reserve = Reserve::new(&mailbox);
        let mut cx = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut reserve).poll(&mut cx).is_pending());
        mailbox.close_when_full();
        assert!(Pin::new(&mut reserve).poll(&mut cx).is_ready());
        let permit = reserve.into_permit();
        assert!(permit.is_some() && mailbox.push_own(permit, 2).is_ok());
        assert_eq!(mailbox.accepted(), 2);
        assert_eq!(receiver.drain(&mailbox), 2);
        assert!(mailbox.push_own(None, 3).is_err(), "the owner has ended");
        mailbox.end_work();
    }

    #[test]
    fn work_is_bounded() {
        let mailbox = Mailbox::<u8>::new(1);
        assert!((0..MAX_OWN_WORK).all(|_| mailbox.begin_work(MAX_OWN_WORK).is_ok()));
        assert_eq!(mailbox.begin_work(MAX_OWN_WORK), Err(NoWork::TooMuch));
        mailbox.end_work();
        assert_eq!(mailbox.begin_work(MAX_OWN_WORK), Ok(()));
    }
}
