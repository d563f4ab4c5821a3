use std::error::Error as StdError;

use super::{Error, Result};

/// Adds what the program was doing to the error of a result.
///
/// It is implemented for every result whose error converts into a boxed one: [`Error`], any
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
    /// Puts a text in front of the error.
    ///
    /// # Errors
    ///
    /// Returns an error with this text, whose source is the error of the result. The kind stays.
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

    /// Puts a text in front of the error, as [`context`](Self::context) does. The text is created only
    /// if there is an error.
    ///
    /// # Errors
    ///
    /// See [`context`](Self::context).
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
