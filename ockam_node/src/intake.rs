use std::any::Any as StdAny;
use std::fmt::Write as _;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use ockam_core::{Address, Any, Error, ErrorKind, Message, Routed};

use crate::log;
use crate::mailbox::Inbox;
use crate::panics::drop_caught;
use crate::resident::Resident;

/// The receiving end of a resident's mailbox.
pub(crate) struct Intake<M> {
    resident: Arc<Resident<M>>,
    inbox: Inbox<Routed<M>>,
}

/// An intake, whatever the type of its messages.
pub(crate) trait AnyIntake: StdAny + Send {
    /// Says which types of messages are queued.
    fn held_types(&self) -> String;

    /// Closes the mailbox and takes what is left in it. Returns how much it is.
    fn drain(&mut self) -> usize;

    /// Logs what a worker is not told any more of messages that it sent. Returns how many they are.
    fn discard_failures(&self) -> u64;

    /// Tells those who asked that nobody handles what was left, and drops it.
    fn discard(&mut self);
}

impl<M: Message> Intake<M> {
    pub(crate) fn new(resident: Arc<Resident<M>>) -> Self {
        Self {
            resident,
            inbox: Inbox::new(),
        }
    }

    /// Waits for a message. `false` means that the mailbox is closed and empty.
    #[inline]
    pub(crate) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        self.inbox.poll_ready(&self.resident.mailbox, cx)
    }

    /// As [`Inbox::rest`].
    pub(crate) fn rest(&self, waker: Waker) -> bool {
        self.inbox.rest(&self.resident.mailbox, waker)
    }

    /// Takes the message that is ready.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Routed<M> {
        let message = self.inbox.pop(&self.resident.mailbox);
        message.expect("a message is taken when one is ready")
    }

    /// Takes the first message that `wanted` accepts, at or behind position `from`, which it moves
    /// on. The others stay queued, in order.
    pub(crate) fn poll_matching(
        &mut self,
        from: &mut usize,
        mut wanted: impl FnMut(&M) -> bool,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Routed<M>>> {
        loop {
            let mut fresh = self.inbox.held().iter().skip(*from);
            if let Some(position) = fresh.position(|message| wanted(message.body())) {
                let message = self.inbox.remove(&self.resident.mailbox, *from + position);
                return Poll::Ready(message);
            }
            *from = self.inbox.held().len();
            match self.inbox.poll_fill(&self.resident.mailbox, cx) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl dyn AnyIntake {
    /// Returns the intake, if it takes in `M`.
    #[inline(always)]
    pub(crate) fn downcast_mut<M: Message>(&mut self) -> Option<&mut Intake<M>> {
        (self as &mut dyn StdAny).downcast_mut()
    }
}

impl<M: Message> AnyIntake for Intake<M> {
    fn held_types(&self) -> String {
        let held = self.inbox.held().iter();
        counted(&mut held.map(|message| Any::type_name_of(message.body())))
    }

    fn drain(&mut self) -> usize {
        self.inbox.drain(&self.resident.mailbox)
    }

    fn discard_failures(&self) -> u64 {
        let address = self.resident.tenancy.address();
        let failures = self.resident.failures.take_all();
        for (failure, times) in &failures {
            let why = format_args!("messages that were not delivered: {times}: {failure:#}");
            log::warn(address, why);
        }
        failures.iter().map(|(_, times)| times).sum()
    }

    fn discard(&mut self) {
        let address = self.resident.tenancy.address();
        for message in self.inbox.take_held() {
            if let Some(asker) = message.sender().and_then(Address::replier) {
                let why = format!("{address} has stopped before it came to the question");
                // Refused only if the asker has given up.
                let _ = asker.fail(Error::new(ErrorKind::Stopped, why));
            }
            // A message whose `Drop` panics takes nothing else with it.
            let _ = drop_caught(message);
        }
    }
}

/// Says how often each name comes.
fn counted(names: &mut dyn Iterator<Item = &str>) -> String {
    let mut counts = Vec::<(&str, usize)>::new();
    for name in names {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let mut text = String::new();
    for (name, count) in counts {
        let comma = if text.is_empty() { "" } else { ", " };
        // A `String` takes everything.
        let _ = write!(text, "{comma}{count} × {name}");
    }
    text
}
