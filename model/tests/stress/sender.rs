use crate::dice::Dice;
use crate::gauge::Gauge;
use crate::mailbox::{Mailbox, Reserve, Wakeup};
use crate::send_error::SendError;
use crate::wait::{Wakers, pause, poll_once};

/// Boxed, so that a leak or a double drop would be one of memory, too.
#[derive(Debug, PartialEq)]
pub(crate) struct Message {
    pub(crate) sender: usize,
    pub(crate) number: Box<usize>,
}

/// A thread that sends numbered messages until it has sent all, or the mailbox is closed.
pub(crate) struct Sender<'a> {
    pub(crate) index: usize,
    pub(crate) count: usize,
    pub(crate) mailbox: &'a Mailbox<Message>,
    pub(crate) gauge: &'a Gauge,
    pub(crate) dice: Dice,
}

impl Sender<'_> {
    /// Returns how many messages were accepted.
    pub(crate) fn run(mut self) -> usize {
        let mut wakers = Wakers::new();
        for number in 0..self.count {
            pause(&mut self.dice);
            let message = Message {
                sender: self.index,
                number: Box::new(number),
            };
            if let Err(message) = self.send(message, &mut wakers) {
                assert_eq!((message.sender, *message.number), (self.index, number));
                return number;
            }
            self.gauge.accept();
        }
        self.count
    }

    fn send(&mut self, message: Message, wakers: &mut Wakers) -> Result<(), Message> {
        let way = self.dice.below(6);
        if way == 0 {
            self.give_up();
        }
        if way == 1 {
            return self.send_reserved(message, wakers);
        }
        match self.mailbox.try_push(message) {
            Ok(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            Err(SendError::Full(message)) => {
                pause(&mut self.dice);
                self.send_reserved(message, wakers)
            }
            Err(refused) => Err(refused.into_message()),
        }
    }

    fn send_reserved(&mut self, message: Message, wakers: &mut Wakers) -> Result<(), Message> {
        let mut reserve = Reserve::new(self.mailbox);
        wakers.block_on(&mut self.dice, &mut reserve);
        pause(&mut self.dice);
        let permit = reserve.into_permit().expect("it has been polled");
        let pushed = self.mailbox.push_reserved(permit, message);
        pushed.map(Wakeup::wake).map_err(SendError::into_message)
    }

    /// Asks for a permit, and gives it back, granted or not.
    fn give_up(&mut self) {
        let mut reserve = Reserve::new(self.mailbox);
        for _ in 0..self.dice.below(3) {
            let _ = poll_once(&mut reserve);
            pause(&mut self.dice);
        }
    }
}
