use std::error::Error as StdError;

use super::{Error, Result};

/// Says what was being done when an error came up.
///
/// It is implemented for every result whose error becomes a boxed one: [`Error`], any
/// [`std::error::Error`], `Box<dyn Error + Send + Sync>`, `String` and `&str`.
///
/// # Examples
///
/// ```
/// use ockam_core::ErrorContext;
///
/// let result: Result<(), &str> = Err("no such file");
/// let error = result.context("reading the settings").unwrap_err();
/// assert_eq!(format!("{error:#}"), "reading the settings: no such file");
/// ```
pub trait ErrorContext<T> {
    /// Puts a message in front of the error.
    ///
    /// # Errors
    ///
    /// The error that was there, as the source of one with this message. Its kind stays.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::ErrorContext;
    ///
    /// let error = "http".parse::<u16>().context("reading the port").unwrap_err();
    /// assert_eq!(format!("{error:#}"), "reading the port: invalid digit found in string");
    /// ```
    fn context(self, message: impl Into<String>) -> Result<T>;

    /// As [`context`](Self::context), with a message that is only made if there is an error.
    ///
    /// # Errors
    ///
    /// As those of [`context`](Self::context).
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::ErrorContext;
    ///
    /// let text = "http";
    /// let port = text.parse::<u16>().with_context(|| format!("`{text}` is not a port"));
    /// assert_eq!(port.unwrap_err().to_string(), "`http` is not a port");
    /// ```
    fn with_context<S: Into<String>>(self, message: impl FnOnce() -> S) -> Result<T>;
}

impl<T, E: Into<Box<dyn StdError + Send + Sync>>> ErrorContext<T> for Result<T, E> {
    fn context(self, message: impl Into<String>) -> Result<T> {
        self.with_context(|| message)
    }

    fn with_context<S: Into<String>>(self, message: impl FnOnce() -> S) -> Result<T> {
        self.map_err(|error| Error::from_boxed(error.into()).context(message()))
    }
}
