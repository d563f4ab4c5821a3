mod convert;
mod hops;
mod iter;
mod repr;
mod serial;
mod text;

use std::mem;

use crate::address::Address;
use crate::reply::ReplyTo;

pub use hops::Hops;
pub use iter::{IntoIter, Iter};
use repr::Repr;
pub use text::ParseRouteError;

/// The addresses that a message visits, in order.
///
/// Every function that takes a route also takes a single address, as a `&str`, a `String` or an
/// [`Address`]. A route with one address needs no allocation. A longer one is shared by its clones.
///
/// The return route of a question ends with the right to answer it, behind all addresses. A message
/// that is sent along the route completes the ask. The right is not an address and can't be read. To
/// answer later, clone the route. When the last clone is dropped, the asker learns that no answer will
/// come.
///
/// # Examples
///
/// ```
/// use ockam_core::{route, Route};
///
/// let route = route!["relay", "echoer"];
/// assert_eq!(route.len(), 2);
/// assert_eq!(Route::from("echoer"), route!["echoer"]);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Route(Repr);

impl Route {
    /// Creates an empty route.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::Route;
    ///
    /// assert!(Route::new().is_empty());
    /// ```
    pub const fn new() -> Self {
        Self(Repr::Empty)
    }

    /// Returns the number of addresses. A right to answer counts as one.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::route;
    ///
    /// assert_eq!(route!["relay", "echoer"].len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        self.as_slice().len() + usize::from(self.reply_to().is_some())
    }

    /// Returns `true` if the route has no address and no right to answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Route};
    ///
    /// assert!(Route::new().is_empty());
    /// assert!(!route!["echoer"].is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        matches!(self.0, Repr::Empty)
    }

    /// Returns the addresses, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Address};
    ///
    /// let route = route!["relay", "echoer"];
    /// let [next, onward @ ..] = route.as_slice() else {
    ///     panic!("the route is empty");
    /// };
    /// assert_eq!(*next, Address::from("relay"));
    /// assert_eq!(onward, [Address::from("echoer")]);
    /// ```
    #[inline]
    pub fn as_slice(&self) -> &[Address] {
        self.hops().addresses()
    }

    /// Returns the first address.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Address};
    ///
    /// assert_eq!(route!["relay", "echoer"].first(), Some(&Address::from("relay")));
    /// ```
    pub fn first(&self) -> Option<&Address> {
        self.as_slice().first()
    }

    /// Returns the last address.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Address};
    ///
    /// assert_eq!(route!["relay", "echoer"].last(), Some(&Address::from("echoer")));
    /// ```
    pub fn last(&self) -> Option<&Address> {
        self.as_slice().last()
    }

    /// Removes the first address and returns it.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Address};
    ///
    /// let mut route = route!["relay", "echoer"];
    /// assert_eq!(route.pop_front(), Some(Address::from("relay")));
    /// assert_eq!(route, route!["echoer"]);
    /// ```
    pub fn pop_front(&mut self) -> Option<Address> {
        let first = self.first()?.clone();
        self.0 = self.0.rest();
        Some(first)
    }

    /// Adds an address in front of all others.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::route;
    ///
    /// let mut route = route!["echoer"];
    /// route.push_front("relay");
    /// assert_eq!(route, route!["relay", "echoer"]);
    /// ```
    pub fn push_front(&mut self, address: impl Into<Address>) {
        self.0.push_front(address.into());
    }

    /// Adds an address behind all others. A right to answer stays at the end.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::route;
    ///
    /// let mut route = route!["relay"];
    /// route.push_back("echoer");
    /// assert_eq!(route, route!["relay", "echoer"]);
    /// ```
    pub fn push_back(&mut self, address: impl Into<Address>) {
        self.0.push_back(address.into());
    }

    /// Returns the addresses and the right to answer.
    #[doc(hidden)]
    #[inline]
    pub fn hops(&self) -> Hops<'_> {
        self.0.hops()
    }

    /// Returns the address, if the route is a single one.
    #[doc(hidden)]
    #[inline]
    pub fn as_single(&self) -> Option<&Address> {
        match &self.0 {
            Repr::One(address) => Some(address),
            _ => None,
        }
    }

    /// Returns the route without its first address. Both share their memory.
    #[doc(hidden)]
    #[must_use]
    pub fn rest(&self) -> Self {
        Self(self.0.rest())
    }

    /// Copies a route that is empty or one short address, as most are. What was in `to` is not dropped. Returns
    /// `false` if the route is another one.
    #[doc(hidden)]
    #[inline(always)]
    pub fn copy_plain_to(&self, to: &mut Self) -> bool {
        self.0.copy_plain_to(&mut to.0)
    }

    /// Returns the right to answer, if the route is nothing else.
    #[doc(hidden)]
    #[inline(always)]
    pub fn as_reply(&self) -> Option<&ReplyTo> {
        self.0.as_reply()
    }

    /// Returns `true` if dropping the route frees nothing.
    #[doc(hidden)]
    #[inline(always)]
    pub fn owns_nothing(&self) -> bool {
        self.0.owns_nothing()
    }

    /// Drops the route. If there is nothing to free, this spares the call that a drop takes.
    #[doc(hidden)]
    #[inline(always)]
    pub fn discard(self) {
        match self.0.owns_nothing() {
            true => mem::forget(self),
            false => drop(self),
        }
    }

    /// Returns the right to answer that the route ends with.
    #[doc(hidden)]
    #[inline]
    pub fn reply_to(&self) -> Option<&ReplyTo> {
        self.hops().reply_to()
    }
}

/// Creates a [`Route`] from its addresses.
///
/// Each address is a `&str`, a `String` or an [`Address`].
///
/// # Examples
///
/// ```
/// use ockam_core::{route, Address, TransportType};
///
/// let connection = Address::new(TransportType::TCP, "127.0.0.1:4000");
/// let route = route![connection, "echoer"];
/// assert_eq!(route.to_string(), "1#127.0.0.1:4000 => 0#echoer");
/// ```
#[macro_export]
macro_rules! route {
    ($($address:expr),* $(,)?) => {
        <$crate::Route as ::std::convert::From<::std::vec::Vec<$crate::Address>>>::from(
            ::std::vec![$(::std::convert::Into::<$crate::Address>::into($address)),*],
        )
    };
}
