mod context;
mod convert;
mod error_impl;
mod kind;
mod serial;

use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;
use std::sync::Mutex;

use crate::message::Message;

pub use context::ErrorContext;
use error_impl::{BoxedError, ErrorImpl, Text, causes, kind_within, own_errors};
pub use kind::ErrorKind;

/// The result of an operation of a worker or a node.
///
/// # Examples
///
/// ```
/// use ockam_core::Result;
///
/// fn port(text: &str) -> Result<u16> {
///     Ok(text.parse()?)
/// }
///
/// assert_eq!(port("4000")?, 4000);
/// # Ok::<(), ockam_core::Error>(())
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error with a kind, a text, a cause, and the message that could not be delivered.
///
/// It has the size of a pointer. Like `anyhow::Error`, it doesn't implement [`std::error::Error`], so
/// that `?` can convert every error that does. It dereferences to `dyn Error + Send + Sync` and
/// converts into a boxed error, so it can be the source of your own error types.
///
/// `{}` prints the text alone, `{:#}` prints the causes behind it on the same line, and `{:?}` prints
/// each cause on a line of its own.
///
/// # Examples
///
/// ```
/// use ockam_core::{Error, ErrorContext, ErrorKind, Result};
///
/// fn port(text: &str) -> Result<u16> {
///     let port = text.parse::<u16>().context("the port is not a number")?;
///     if port == 0 {
///         return Err(Error::new(ErrorKind::InvalidInput, "port 0 can't be dialled"));
///     }
///     Ok(port)
/// }
///
/// assert_eq!(port("0").unwrap_err().kind(), ErrorKind::InvalidInput);
/// let error = port("http").unwrap_err();
/// assert_eq!(format!("{error:#}"), "the port is not a number: invalid digit found in string");
/// ```
pub struct Error(Box<ErrorImpl>);

impl Error {
    /// Creates an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Denied, "only members may vote");
    /// assert_eq!(error.to_string(), "only members may vote");
    /// ```
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = Text::Own(message.into().into_boxed_str());
        Self::from_parts(kind, message, None)
    }

    /// Creates an error from a boxed one. A boxed `Error` is unboxed.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Error, ErrorKind};
    ///
    /// let boxed: Box<dyn std::error::Error + Send + Sync> =
    ///     Error::new(ErrorKind::TimedOut, "nobody answered").into();
    /// assert_eq!(Error::from_boxed(boxed).kind(), ErrorKind::TimedOut);
    /// ```
    pub fn from_boxed(boxed: BoxedError) -> Self {
        match boxed.downcast::<ErrorImpl>() {
            Ok(own) => Self(own),
            Err(source) => Self::from_parts(kind_within(&*source), Text::OfSource, Some(source)),
        }
    }

    /// Puts a message in front of this error, which becomes its source. The kind stays.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::TimedOut, "nobody answered").context("asking the bank");
    /// assert_eq!(format!("{error:#}"), "asking the bank: nobody answered");
    /// assert_eq!(error.kind(), ErrorKind::TimedOut);
    /// ```
    #[must_use]
    pub fn context(self, message: impl Into<String>) -> Self {
        let message = Text::Own(message.into().into_boxed_str());
        Self::from_parts(self.kind(), message, Some(self.into()))
    }

    /// Adds the message that could not be delivered.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Stopped, "the bank is closed");
    /// let mut error = error.with_undelivered("a letter".to_string());
    /// assert_eq!(error.take::<String>().as_deref(), Some("a letter"));
    /// ```
    #[must_use]
    pub fn with_undelivered<M: Message>(mut self, message: M) -> Self {
        self.0.undelivered = Mutex::new(Some(Box::new(message)));
        self
    }

    /// Returns the kind of this error, for a program to match on.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::MailboxFull, "no room");
    /// assert_eq!(error.kind(), ErrorKind::MailboxFull);
    ///
    /// // What comes from a library has no kind of ours.
    /// let error = Error::from(std::fmt::Error);
    /// assert_eq!(error.kind(), ErrorKind::Other);
    /// ```
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns `true` if the error holds a message that could not be delivered.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Error, ErrorKind};
    ///
    /// let mut error = Error::new(ErrorKind::MailboxFull, "no room").with_undelivered(7_u64);
    /// assert!(error.has_undelivered());
    /// error.take::<u64>();
    /// assert!(!error.has_undelivered());
    /// ```
    pub fn has_undelivered(&self) -> bool {
        own_errors(&*self.0).any(|own| own.lock().is_some())
    }

    /// Takes the message that could not be delivered, if it is of type `M`. It is found behind any
    /// context that was added.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Error, ErrorKind};
    ///
    /// let mut error = Error::new(ErrorKind::MailboxFull, "no room").with_undelivered(7_u64);
    /// assert_eq!(error.take::<String>(), None);
    /// assert_eq!(error.take::<u64>(), Some(7));
    /// assert_eq!(error.take::<u64>(), None);
    /// ```
    pub fn take<M: Message>(&mut self) -> Option<M> {
        own_errors(&*self.0).find_map(ErrorImpl::take)
    }

    /// Sets the addresses and types that the error is about, for other nodes to name.
    #[doc(hidden)]
    #[must_use]
    pub fn with_names(mut self, names: Vec<String>) -> Self {
        self.0.names = names;
        self
    }

    /// Returns the addresses and types that the error is about.
    #[doc(hidden)]
    pub fn names(&self) -> &[String] {
        &self.0.names
    }

    /// Sets the number under which the log of the node where the error happened has it.
    #[doc(hidden)]
    #[must_use]
    pub fn with_number(mut self, number: u64) -> Self {
        self.0.number = number;
        self
    }

    /// Returns the number of the error in the log of the node where it happened, or 0.
    #[doc(hidden)]
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// Notes that an answer was refused with this error: its question has ended, or it can't be sent.
    #[doc(hidden)]
    #[must_use]
    pub fn of_answer(mut self) -> Self {
        self.0.is_of_answer = true;
        self
    }

    /// Returns the error with which an answer was refused, if this is one or was caused by one.
    #[doc(hidden)]
    pub fn refused_answer(&self) -> Option<&(dyn StdError + 'static)> {
        let mut errors = own_errors(&*self.0);
        errors.find(|own| own.is_of_answer).map(|own| own as _)
    }

    /// Notes that a `receive` ended with this error because its mailbox was closed.
    #[doc(hidden)]
    #[must_use]
    pub fn at_end_of_receive(mut self) -> Self {
        self.0.is_end_of_receive = true;
        self
    }

    /// Returns `true` if this error, or one of its causes, ended a `receive` whose mailbox was closed.
    #[doc(hidden)]
    pub fn is_end_of_receive(&self) -> bool {
        own_errors(&*self.0).any(|own| own.is_end_of_receive)
    }

    /// Finds the first error of type `E` among this error and its causes.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::num::ParseIntError;
    ///
    /// use ockam_core::ErrorContext;
    ///
    /// let error = "http".parse::<u16>().context("reading the port").unwrap_err();
    /// assert!(error.downcast_ref::<ParseIntError>().is_some());
    /// ```
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        causes(Some(self.0.innermost())).find_map(|cause| cause.downcast_ref())
    }

    fn from_parts(kind: ErrorKind, message: Text, source: Option<BoxedError>) -> Self {
        Self(Box::new(ErrorImpl {
            kind,
            message,
            source,
            names: Vec::new(),
            number: 0,
            is_of_answer: false,
            is_end_of_receive: false,
            undelivered: Mutex::new(None),
        }))
    }
}

impl Deref for Error {
    type Target = dyn StdError + Send + Sync;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        if f.alternate() {
            causes(self.0.source()).try_for_each(|cause| write!(f, ": {cause}"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
