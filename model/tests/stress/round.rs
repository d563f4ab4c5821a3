use std::thread;

use crate::dice::Dice;
use crate::gauge::Gauge;
use crate::mailbox::Mailbox;
use crate::receiver::Receiver;
use crate::send_error::SendError;
use crate::sender::{Message, Sender};
use crate::wait::pause;

/// How a round ends.
#[derive(Clone, Copy)]
enum End {
    /// The receiver gets everything, and the mailbox stays open.
    Open,
    /// The receiver drains its mailbox after so many messages.
    Drained(usize),
    /// Somebody else closes the mailbox about when so many messages are accepted.
    Closed(usize),
}

/// One mailbox, from its beginning to its end.
pub(crate) struct Round {
    dice: Dice,
    /// How many messages each sender sends.
    each: usize,
    senders: usize,
    end: End,
    mailbox: Mailbox<Message>,
    gauge: Gauge,
}

impl Round {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let capacity = dice.one_of(&[1, 1, 2, 3, 4, 8, 16, 64]);
        let (senders, each) = (1 + dice.below(6), 1 + dice.below(300));
        let some = dice.below(senders * each + 1);
        let end = dice.one_of(&[End::Open, End::Open, End::Drained(some), End::Closed(some)]);
        Self {
            dice,
            each,
            senders,
            end,
            mailbox: Mailbox::new(capacity),
            gauge: Gauge::new(capacity),
        }
    }

    /// Returns how many messages were received.
    pub(crate) fn run(mut self) -> usize {
        let dice: Vec<_> = (0..self.senders).map(|_| self.dice.split()).collect();
        let (receivers, closers) = (self.dice.split(), self.dice.split());
        let round = &self;
        let (accepted, received) = thread::scope(|scope| {
            let sending = dice.into_iter().enumerate().map(|(index, dice)| {
                let sender = Sender {
                    index,
                    count: round.each,
                    mailbox: &round.mailbox,
                    gauge: &round.gauge,
                    dice,
                };
                scope.spawn(move || sender.run())
            });
            let sending: Vec<_> = sending.collect();
            if let End::Closed(when) = round.end {
                scope.spawn(move || round.close(when, closers));
            }
            let received = round.receive(receivers);
            let accepted = sending.into_iter().map(|sending| sending.join().unwrap());
            (accepted.collect::<Vec<_>>(), received)
        });
        self.check(&accepted, &received);
        received.len()
    }

    fn receive(&self, dice: Dice) -> Vec<Message> {
        let total = self.senders * self.each;
        let mut receiver = Receiver::new(&self.mailbox, &self.gauge, dice);
        match self.end {
            End::Open => {
                for part in 1..=8 {
                    assert!(receiver.receive(total * part / 8, self.senders));
                    receiver.wait_until_full(total);
                }
            }
            End::Drained(when) => {
                assert!(receiver.receive(when, self.senders));
                receiver.drain();
            }
            End::Closed(_) => while receiver.receive(usize::MAX, self.senders) {},
        }
        receiver.received
    }

    fn close(&self, when: usize, mut dice: Dice) {
        while self.gauge.accepted() < when {
            thread::yield_now();
        }
        pause(&mut dice);
        self.mailbox.close();
    }

    /// What was accepted was received, once, and in the order of each sender.
    fn check(&self, accepted: &[usize], received: &[Message]) {
        let mut next = vec![0; self.senders];
        for message in received {
            assert_eq!(
                *message.number, next[message.sender],
                "of {}",
                message.sender
            );
            next[message.sender] += 1;
        }
        assert_eq!(next, accepted);
        if let End::Open = self.end {
            self.check_places();
        }
    }

    /// The mailbox has as many places as at the beginning.
    fn check_places(&self) {
        let message = || Message {
            sender: 0,
            number: Box::new(0),
        };
        for _ in 0..self.gauge.capacity {
            let pushed = self.mailbox.try_push(message());
            pushed.expect("every place is free").wake();
        }
        let refused = self.mailbox.try_push(message());
        assert!(matches!(refused, Err(SendError::Full(_))), "{refused:?}");
    }
}
