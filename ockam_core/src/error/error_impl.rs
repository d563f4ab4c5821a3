use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_body::{BodyError, CallError};

use super::ErrorKind;
use crate::any;
use crate::message::Message;

pub(super) type BoxedError = Box<dyn StdError + Send + Sync>;

/// The content of an [`Error`](super::Error), which is also its `dyn Error`.
pub(super) struct ErrorImpl {
    pub(super) kind: ErrorKind,
    pub(super) message: Text,
    pub(super) source: Option<BoxedError>,
    /// The addresses and types that the error is about, for another node to name.
    pub(super) names: Vec<String>,
    /// The number in the log of the node where the error happened, or 0.
    pub(super) number: u64,
    /// Whether an answer was refused with this error.
    pub(super) is_of_answer: bool,
    /// Whether a `receive` ended with this error because its mailbox was closed.
    pub(super) is_end_of_receive: bool,
    /// The message is only `Send`. The `Mutex` makes it `Sync`, and allows taking it through a shared
    /// source.
    pub(super) undelivered: Mutex<Option<Box<dyn Any + Send>>>,
}

pub(super) enum Text {
    Own(Box<str>),
    /// The error stands for its source and prints as it does.
    OfSource,
}

impl ErrorImpl {
    pub(super) fn lock(&self) -> MutexGuard<'_, Option<Box<dyn Any + Send>>> {
        let undelivered = self.undelivered.lock();
        undelivered.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take<M: Message>(&self) -> Option<M> {
        let mut place = self.lock();
        let other = match place.take()?.downcast::<M>() {
            Ok(message) => return Some(*message),
            Err(other) => other,
        };
        // A message that a worker of `Any` sent is boxed as an `Any`.
        let other = match other.downcast::<any::Any>() {
            Ok(any) => match any.downcast::<M>() {
                Ok(message) => return Some(message),
                Err(any) => Box::new(any),
            },
            Err(other) => other,
        };
        *place = Some(other);
        None
    }

    /// Returns the source if the error stands for it, else the error.
    pub(super) fn innermost(&self) -> &(dyn StdError + 'static) {
        match (&self.message, &self.source) {
            (Text::OfSource, Some(source)) => &**source,
            _ => self,
        }
    }
}

/// Returns the kind of the first error of this framework among an error and its causes.
pub(super) fn kind_within(error: &(dyn StdError + 'static)) -> ErrorKind {
    let mut kinds = causes(Some(error)).filter_map(kind_of);
    kinds.next().unwrap_or(ErrorKind::Other)
}

fn kind_of(error: &(dyn StdError + 'static)) -> Option<ErrorKind> {
    if let Some(own) = error.downcast_ref::<ErrorImpl>() {
        return Some(own.kind);
    }
    error.downcast_ref().map(|error| match error {
        BodyError::Call {
            source: CallError::UnknownMethod,
            ..
        } => ErrorKind::UnknownMethod,
        BodyError::Decode { .. }
        | BodyError::OtherType { .. }
        | BodyError::OtherShape { .. }
        | BodyError::Call { .. } => ErrorKind::WrongType,
        _ => ErrorKind::InvalidInput,
    })
}

/// Returns the errors of this framework among an error and its causes.
pub(super) fn own_errors<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a ErrorImpl> {
    causes(Some(error)).filter_map(|cause| cause.downcast_ref())
}

/// Returns an error and its causes.
pub(super) fn causes<'a>(
    first: Option<&'a (dyn StdError + 'static)>,
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(first, |&cause| cause.source())
}

impl fmt::Display for ErrorImpl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.message, &self.source) {
            (Text::Own(message), _) => f.write_str(message),
            (Text::OfSource, source) => source.iter().try_for_each(|source| source.fmt(f)),
        }
    }
}

impl fmt::Debug for ErrorImpl {
    /// Writes what `main` prints behind `error: `.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        causes(self.source()).try_for_each(|cause| write!(f, "\n  caused by: {cause}"))
    }
}

impl StdError for ErrorImpl {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.source.as_deref()?;
        match self.message {
            Text::Own(_) => Some(source),
            Text::OfSource => source.source(),
        }
    }
}
