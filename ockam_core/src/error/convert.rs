use std::error::Error as StdError;

use super::Error;
#[cfg(feature = "anyhow")]
use super::error_impl::ErrorImpl;
use super::error_impl::{BoxedError, Text};

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::from_boxed(error.into())
    }
}

impl From<Error> for BoxedError {
    /// Boxes the error. An error that came from a library becomes that error again.
    fn from(error: Error) -> Self {
        let mut own = error.0;
        let holds_nothing = own.lock().is_none();
        match (&own.message, own.source.take()) {
            (Text::OfSource, Some(source)) if holds_nothing => source,
            (_, source) => {
                own.source = source;
                own
            }
        }
    }
}

impl From<Error> for Box<dyn StdError + Send> {
    fn from(error: Error) -> Self {
        BoxedError::from(error)
    }
}

impl From<Error> for Box<dyn StdError> {
    fn from(error: Error) -> Self {
        BoxedError::from(error)
    }
}

#[cfg(feature = "anyhow")]
impl From<Error> for anyhow::Error {
    /// Converts the error. A downcast of the result finds it among its causes.
    fn from(error: Error) -> Self {
        match BoxedError::from(error).downcast::<ErrorImpl>() {
            Ok(own) => Self::new(*own),
            Err(source) => Self::from_boxed(source),
        }
    }
}
