//! An ask ends once: with the first answer, or when the last right to answer is dropped. The asker is
//! woken, unless it has stopped waiting.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

use crate::explore::explore;
use crate::slot::{Refused, Slot, State};
use crate::task::{Task, all_joined, block_on, poll_once};
use crate::wakers::{DROPPED, WOKEN, Wakers};

/// The answer. `None` means that nobody can answer any more.
type Outcome = Option<u32>;

/// The right to answer, as `ReplyTo` has it.
struct Right(Arc<Slot<Outcome>>);

impl Right {
    fn answer(self, answer: u32) -> Result<(), Refused<Outcome>> {
        self.0.end(Some(answer))
    }
}

impl Clone for Right {
    fn clone(&self) -> Self {
        self.0.add_right();
        Self(self.0.clone())
    }
}

impl Drop for Right {
    fn drop(&mut self) {
        self.0.drop_right(|| None);
    }
}

/// The end of the asker, as `Answer` has it.
struct Asker(Option<Arc<Slot<Outcome>>>);

impl Asker {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Outcome> {
        let mut slot = self.0.take().expect("the ask is polled until it has ended");
        if slot.register(cx.waker()) {
            self.0 = Some(slot);
            return Poll::Pending;
        }
        // As the end of the asker does: without a lock, if whoever answered has let go of it.
        let state = match Arc::get_mut(&mut slot) {
            Some(slot) => slot.take_unshared(),
            None => slot.take(),
        };
        match state {
            State::Ended(outcome) => Poll::Ready(outcome),
            _ => panic!("the ask has ended without an outcome"),
        }
    }

    fn wait(&mut self) -> Outcome {
        block_on(poll_fn(|cx| self.poll(cx)))
    }

    fn poll_once(&mut self) -> Poll<Outcome> {
        poll_once(&mut poll_fn(|cx| self.poll(cx)))
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        if let Some(slot) = &self.0 {
            slot.abandon();
        }
    }
}

fn ask(task: Option<Waker>) -> (Right, Asker) {
    let slot = Arc::new(Slot::new(task));
    (Right(slot.clone()), Asker(Some(slot)))
}

#[test]
fn an_answer_wakes_the_asker() {
    explore(|| {
        let (right, mut asker) = ask(None);
        let answering = thread::spawn(move || right.answer(1).is_ok());
        assert_eq!(asker.wait(), Some(1));
        assert!(answering.join().unwrap());
    });
}

/// The asker is polled by one task, and then by another one.
#[test]
fn an_answer_wakes_the_task_that_polled_last() {
    explore(|| {
        let (right, mut asker) = ask(None);
        let answering = thread::spawn(move || right.answer(1).is_ok());
        let answer = match asker.poll_once() {
            Poll::Ready(answer) => answer,
            Poll::Pending => asker.wait(),
        };
        assert_eq!(answer, Some(1));
        assert!(answering.join().unwrap());
    });
}

/// The task sleeps without having polled, and looks when it is woken.
#[test]
fn an_answer_wakes_the_task_that_the_slot_was_made_for() {
    explore(|| {
        let task = Task::new();
        let (right, asker) = ask(Some(task.waker.clone()));
        let answering = thread::spawn(move || right.answer(1).is_ok());
        let slot = asker.0.as_ref().expect("it has not been polled");
        task.block_on(poll_fn(|_| match slot.has_ended() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }));
        assert!(answering.join().unwrap());
    });
}

#[test]
fn the_last_right_that_is_dropped_wakes_the_asker() {
    explore(|| {
        let (right, mut asker) = ask(None);
        let rights = [right.clone(), right];
        let dropping = rights.map(|right| thread::spawn(move || drop(right)));
        assert_eq!(asker.wait(), None);
        all_joined(dropping);
    });
}

#[test]
fn a_right_that_is_dropped_does_not_end_what_another_one_answers() {
    explore(|| {
        let (right, mut asker) = ask(None);
        let other = right.clone();
        let dropping = thread::spawn(move || drop(other));
        let answering = thread::spawn(move || right.answer(1).is_ok());
        assert_eq!(asker.wait(), Some(1));
        assert_eq!(all_joined([dropping]), [()]);
        assert!(answering.join().unwrap());
    });
}

/// One right is cloned while another one is dropped.
#[test]
fn a_clone_of_a_right_keeps_the_ask_open() {
    explore(|| {
        let (right, mut asker) = ask(None);
        let other = right.clone();
        let dropping = thread::spawn(move || drop(other));
        let clone = right.clone();
        drop(right);
        assert!(!clone.0.has_ended());
        assert!(clone.answer(1).is_ok());
        assert_eq!(asker.wait(), Some(1));
        dropping.join().unwrap();
    });
}

#[test]
fn one_of_two_answers_is_accepted() {
    explore(|| {
        let (right, mut asker) = ask(None);
        let rights = [(right.clone(), 1), (right, 2)];
        let answering =
            rights.map(|(right, answer)| thread::spawn(move || (answer, right.answer(answer))));
        let received = asker.wait();
        for (answer, answered) in all_joined(answering) {
            match answered {
                Ok(()) => assert_eq!(received, Some(answer)),
                Err(Refused::Ended(refused)) => {
                    assert_eq!(refused, Some(answer));
                    assert_ne!(received, Some(answer));
                }
                Err(Refused::Abandoned(_)) => panic!("the asker waits"),
            }
        }
    });
}

/// Whoever hears that the ask has ended could not have answered.
#[test]
fn an_ask_that_has_ended_takes_no_answer() {
    explore(|| {
        let (right, mut asker) = ask(None);
        let other = right.clone();
        let answering = thread::spawn(move || other.answer(1).is_ok());
        let has_ended = right.0.has_ended();
        let answered = right.answer(2);
        assert_eq!(asker.0.as_ref().map(|slot| slot.has_ended()), Some(true));
        let outcome = asker.wait();
        if has_ended {
            assert!(matches!(answered, Err(Refused::Ended(Some(2)))));
        }
        assert_eq!(outcome, Some(if answered.is_ok() { 2 } else { 1 }));
        assert_eq!(answering.join().unwrap(), answered.is_err());
    });
}

#[test]
fn the_outcome_is_taken_once() {
    explore(|| {
        let slot = Arc::new(Slot::<Outcome>::new(None));
        let right = Right(slot.clone());
        let late = right.clone();
        assert!(right.answer(1).is_ok());
        let taking = [(); 2].map(|()| {
            let slot = slot.clone();
            thread::spawn(move || matches!(slot.take(), State::Ended(Some(1))))
        });
        let taken = all_joined(taking);
        assert!(taken[0] != taken[1], "{taken:?}");
        assert!(matches!(late.answer(2), Err(Refused::Ended(Some(2)))));
    });
}

/// An answer is received, or came before the asker stopped waiting, or is refused.
#[test]
fn an_asker_that_stops_waiting_refuses_answers() {
    explore(|| {
        let (right, mut asker) = ask(None);
        let late = right.clone();
        let answering = thread::spawn(move || right.answer(1));
        let polled = asker.poll_once();
        drop(asker);
        let answered = answering.join().unwrap();
        let is_answered = answered.is_ok();
        match polled {
            Poll::Ready(answer) => assert_eq!((answer, answered.is_ok()), (Some(1), true)),
            Poll::Pending => {
                let is_refused = matches!(answered, Err(Refused::Abandoned(Some(1))));
                assert!(answered.is_ok() || is_refused);
            }
        }
        assert!(late.0.has_ended());
        match late.answer(2) {
            Err(Refused::Ended(Some(2))) => assert!(is_answered),
            Err(Refused::Abandoned(Some(2))) => assert!(!is_answered),
            _ => panic!("a late answer is accepted"),
        }
    });
}

#[test]
fn an_asker_stops_waiting_while_rights_are_dropped() {
    explore(|| {
        let (right, asker) = ask(None);
        let slot = right.0.clone();
        let rights = [right.clone(), right];
        let dropping = rights.map(|right| thread::spawn(move || drop(right)));
        let was_open = asker.0.as_ref().is_some_and(|slot| slot.abandon());
        all_joined(dropping);
        assert_eq!(slot.is_abandoned(), was_open);
        assert!(matches!(slot.take(), State::Abandoned | State::Taken));
    });
}

/// Who stops waiting hears whether it was in time, and so does whoever answers.
#[test]
fn an_ask_is_answered_or_abandoned() {
    explore(|| {
        let slot = Arc::new(Slot::<Outcome>::new(None));
        let answered = slot.clone();
        let answering = thread::spawn(move || answered.end(Some(1)).is_ok());
        let was_open = slot.abandon();
        let is_abandoned = slot.is_abandoned();
        let is_answered = answering.join().unwrap();
        assert_eq!(was_open, !is_answered);
        assert_eq!(is_abandoned, was_open);
        assert_eq!(slot.is_abandoned(), was_open);
    });
}

/// Whoever wants to hear of the end registers, and then looks whether there is one. Whoever ends the ask looks for
/// those afterwards.
#[test]
fn whoever_ends_an_ask_sees_those_who_saw_it_open() {
    explore(|| {
        let slot = Arc::new(Slot::<Outcome>::new(None));
        let is_registered = Arc::new(AtomicBool::new(false));
        let (answered, registered) = (slot.clone(), is_registered.clone());
        let answering = thread::spawn(move || {
            assert!(answered.end(Some(1)).is_ok());
            registered.load(Ordering::Relaxed)
        });
        is_registered.store(true, Ordering::Relaxed);
        let saw_it_open = !slot.has_ended_in_order();
        let is_seen = answering.join().unwrap();
        assert!(is_seen || !saw_it_open, "nobody tells who registered");
    });
}

#[test]
fn an_open_ask_knows_how_many_rights_are_left() {
    explore(|| {
        let (right, mut asker) = ask(None);
        let rights = [right.clone(), right.clone()];
        assert!(!right.0.is_open_for(2) && right.0.is_open_for(3));
        let [first, second] = rights;
        let dropping = thread::spawn(move || drop(first));
        let is_for_two = right.0.is_open_for(2);
        let slot = right.0.clone();
        dropping.join().unwrap();
        // Those who are left may be fewer than were seen, and never more.
        assert!(!is_for_two || slot.is_open_for(2));
        assert!(slot.is_open_for(2) && !slot.is_open_for(1));
        assert!(second.answer(1).is_ok());
        assert!(!slot.is_open_for(3));
        drop(right);
        assert_eq!(asker.wait(), Some(1));
    });
}

/// Creates a slot, and wakers that end its ask when they call back, which takes the lock. An outcome may be
/// such a waker, too.
fn slot_that_is_used() -> (Arc<Slot<Option<Waker>>>, Wakers) {
    let slot = Arc::new(Slot::new(None));
    let called = Arc::downgrade(&slot);
    let wakers = Wakers::new(move || {
        let slot = called.upgrade();
        let _ = slot.map(|slot| slot.end(None));
    });
    (slot, wakers)
}

#[test]
fn no_waker_is_woken_under_the_lock() {
    explore(|| {
        let (slot, wakers) = slot_that_is_used();
        assert!(slot.register(&wakers.create()));
        assert!(slot.end(None).is_ok());
        assert_eq!(wakers.calls(), WOKEN);
    });
}

/// The first waker ends the ask when it is dropped, and so wakes the second one.
#[test]
fn no_waker_is_dropped_under_the_lock() {
    explore(|| {
        let (slot, wakers) = slot_that_is_used();
        assert!(slot.register(&wakers.create()));
        assert_eq!(wakers.calls(), 0);
        assert!(slot.register(&wakers.create()));
        assert_eq!(wakers.calls(), DROPPED + WOKEN);
        assert!(slot.has_ended());
    });
}

#[test]
fn no_outcome_is_dropped_under_the_lock() {
    explore(|| {
        let (slot, wakers) = slot_that_is_used();
        assert!(slot.end(Some(wakers.create())).is_ok());
        assert_eq!(wakers.calls(), 0);
        slot.abandon();
        assert_eq!(wakers.calls(), DROPPED);
    });
}
