//! What a connection has taken in is acknowledged, and a sender that waits for the peer to acknowledge
//! more is woken.

use std::sync::Arc;

use loom::sync::Mutex;
use loom::thread::{self, JoinHandle};

use crate::acknowledged::Acknowledged;
use crate::explore::explore;
use crate::taken_in::TakenIn;

/// The receiving side of a connection.
#[derive(Default)]
struct Receiving {
    taken_in: TakenIn,
    /// How many messages the peer was told to have been taken in.
    told: Mutex<u64>,
}

impl Receiving {
    /// Takes in a message. Returns the task that acknowledges it, unless there is one already.
    fn take_in(self: &Arc<Self>) -> Option<JoinHandle<()>> {
        self.taken_in.add();
        let must_start = self.taken_in.schedule();
        must_start.then(|| {
            let this = self.clone();
            thread::spawn(move || this.acknowledge())
        })
    }

    fn acknowledge(&self) {
        self.taken_in.begin();
        let mut told = self.told.lock().unwrap();
        *told = self.taken_in.count().max(*told);
    }
}

/// A task may look at the count when the next message comes.
#[test]
fn every_message_that_is_taken_in() {
    explore(|| {
        let receiving = Arc::new(Receiving::default());
        let tasks = [(); 2].map(|()| receiving.take_in());
        for task in tasks.into_iter().flatten() {
            task.join().unwrap();
        }
        assert_eq!(*receiving.told.lock().unwrap(), 2);
    });
}

/// The peer acknowledges while a sender finds that there is no room, and waits.
#[test]
fn wakes_a_sender_that_waits_for_it() {
    explore(|| {
        let acknowledged = Arc::new(Acknowledged::default());
        acknowledged.set_given(1);
        let same = acknowledged.clone();
        let receiving = thread::spawn(move || same.acknowledge(1).unwrap());
        let seen = acknowledged.count_and_await();
        let is_woken = receiving.join().unwrap();
        assert!(seen == 1 || is_woken, "it waits forever");
    });
}

/// A peer that acknowledges as soon as it is given a message is believed.
#[test]
fn what_is_given_to_the_stream() {
    explore(|| {
        let acknowledged = Arc::new(Acknowledged::default());
        let stream = Arc::new(Mutex::new(0));
        let (same, written) = (acknowledged.clone(), stream.clone());
        let writing = thread::spawn(move || {
            for given in 1..=2 {
                same.set_given(given);
                *written.lock().unwrap() = given;
            }
        });
        let read = *stream.lock().unwrap();
        assert!(acknowledged.acknowledge(read).is_ok());
        assert!(acknowledged.acknowledge(3).is_err());
        writing.join().unwrap();
        assert_eq!(acknowledged.missing(), 2 - read);
    });
}
