//! The text form of a route: its addresses with ` => ` between them.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use super::Route;
use crate::address::{Address, ParseAddressError};

/// The error that parsing a [`Route`] returns.
///
/// # Examples
///
/// ```
/// use std::error::Error;
///
/// use ockam_core::Route;
///
/// let error = "relay => => echoer".parse::<Route>().unwrap_err();
/// assert_eq!(error.to_string(), "`relay => => echoer` is not a route");
/// assert!(error.source().is_some()); // which address it is, and why
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseRouteError {
    text: String,
    source: ParseAddressError,
}

impl fmt::Display for ParseRouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a route", self.text)
    }
}

impl Error for ParseRouteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

impl FromStr for Route {
    type Err = ParseRouteError;

    /// Parses addresses with `=>` between them. Empty text is an empty route.
    ///
    /// # Errors
    ///
    /// Returns a [`ParseRouteError`], whose source names the address that is not valid.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Address, Route, TransportType};
    ///
    /// let server = Address::new(TransportType::TCP, "127.0.0.1:4000");
    /// assert_eq!("1#127.0.0.1:4000 => 0#echoer".parse(), Ok(route![server, "echoer"]));
    /// assert_eq!("".parse(), Ok(Route::new()));
    /// ```
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Ok(Self::new());
        }
        let addresses = text
            .split("=>")
            .map(|address| address.trim().parse::<Address>());
        addresses
            .collect::<Result<Self, _>>()
            .map_err(|source| ParseRouteError {
                text: text.to_owned(),
                source,
            })
    }
}

impl fmt::Display for Route {
    /// Writes the addresses with ` => ` between them. A right to answer is written as the address that
    /// stands for the asker.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, address) in self.hops().named().enumerate() {
            if position > 0 {
                f.write_str(" => ")?;
            }
            fmt::Display::fmt(address, f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
