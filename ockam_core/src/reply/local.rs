use std::any::type_name;
use std::sync::{Arc, OnceLock};
use std::task::Waker;
use std::time::Duration;

use ockam_body::BodyType;

use super::ask::Ask;
use super::slot::{Refused, Slot, State};
use super::unanswered::Unanswered;
use crate::address::Address;
use crate::any::Any;
use crate::error::{Error, ErrorContext, ErrorKind, Result};
use crate::message::Message;
use crate::parts::{PartSink, Upstream};
use crate::random::random_name;

/// An ask whose asker is on this node.
pub(super) struct LocalAsk<R> {
    pub(super) slot: Slot<Result<R, Unanswered>>,
    /// The longest time that the asker waits, from the start of the ask.
    timeout: Duration,
    /// Created when it is first read.
    address: OnceLock<Address>,
}

impl<R> LocalAsk<R> {
    pub(super) fn new(timeout: Duration, task: Option<Waker>) -> Self {
        Self {
            slot: Slot::new(task),
            timeout,
            address: OnceLock::new(),
        }
    }
}

impl<R> LocalAsk<R> {
    /// Takes the outcome out. Whoever answered has mostly let go of the ask by then, which saves a lock that
    /// the two would contend for.
    pub(super) fn into_state(self: Arc<Self>) -> State<Result<R, Unanswered>> {
        match Arc::try_unwrap(self) {
            Ok(ask) => ask.slot.into_state(),
            Err(ask) => ask.slot.take(),
        }
    }
}

impl<R: Message> LocalAsk<R> {
    pub(super) fn answer(&self, message: R) -> Result<()> {
        let (kind, why, refused) = match self.slot.end(Ok(message)) {
            Ok(()) => return Ok(()),
            Err(Refused::Ended(refused)) => {
                let why = "the question has been answered already";
                (ErrorKind::NoRoute, why, refused)
            }
            Err(Refused::Abandoned(refused)) => {
                let why = "the asker has stopped waiting for an answer";
                (ErrorKind::Stopped, why, refused)
            }
        };
        let error = Error::new(kind, why).of_answer();
        Err(match refused {
            Ok(message) => error.with_undelivered(message),
            Err(_) => error,
        })
    }
}

impl<R: Message> Ask for LocalAsk<R> {
    fn add_right(&self) {
        self.slot.add_right();
    }

    fn drop_right(&self) {
        self.slot.drop_right(|| Err(Unanswered::Dropped));
    }

    fn address(&self) -> &Address {
        self.address.get_or_init(|| Address::local(random_name()))
    }

    fn answer_any(&self, message: Any) -> Result<()> {
        match message.downcast::<R>() {
            Ok(message) => self.answer(message),
            Err(message) => {
                let (takes, given) = (type_name::<R>(), message.type_name());
                let why = format!("the asker waits for `{takes}`, not for `{given}`");
                Err(Error::new(ErrorKind::WrongType, why).with_undelivered(message))
            }
        }
    }

    fn answer_body(&self, body: &[u8], sent: BodyType<'_>) -> Result<()> {
        let answer = R::read_body(body, sent);
        self.answer(answer.context("the answer is not what the asker waits for")?)
    }

    fn fail(&self, error: Error) -> Result<()> {
        let refused = match self.slot.end(Err(Unanswered::Failed(error))) {
            Ok(()) => return Ok(()),
            Err(Refused::Ended(refused) | Refused::Abandoned(refused)) => refused,
        };
        match refused {
            Err(Unanswered::Failed(error)) => Err(error),
            _ => Ok(()),
        }
    }

    fn fail_handler(&self, _worker: &Address, error: Error) -> Result<()> {
        self.fail(error)
    }

    fn remaining(&self) -> Duration {
        self.timeout
    }

    fn has_ended(&self) -> bool {
        self.slot.has_ended()
    }

    fn set_answered(&self) {}

    fn begin_parts(&self, upstream: Arc<dyn Upstream>) -> Result<Arc<dyn PartSink>> {
        let made = R::from_parts(Box::new(upstream));
        let made = made.and_then(|(answer, parts)| Some((answer, *parts.downcast().ok()?)));
        let Some((answer, parts)) = made else {
            let why = format!(
                "the asker waits for one `{}`, not for parts",
                type_name::<R>()
            );
            return Err(Error::new(ErrorKind::WrongType, why));
        };
        self.answer(answer).map(|()| parts)
    }
}
