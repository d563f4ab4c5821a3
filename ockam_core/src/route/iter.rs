use super::Route;
use crate::address::Address;

/// The addresses of a borrowed [`Route`], in order.
///
/// # Examples
///
/// ```
/// use ockam_core::{route, Address, Iter};
///
/// fn all_are_local(mut addresses: Iter<'_>) -> bool {
///     addresses.all(Address::is_local)
/// }
///
/// assert!(all_are_local(route!["relay", "echoer"].iter()));
/// ```
pub type Iter<'a> = std::slice::Iter<'a, Address>;

/// The addresses of an owned [`Route`], in order.
///
/// # Examples
///
/// ```
/// use ockam_core::{route, Address};
///
/// let mut addresses = route!["relay", "echoer"].into_iter();
/// assert_eq!(addresses.len(), 2);
/// assert_eq!(addresses.next(), Some(Address::from("relay")));
/// ```
#[derive(Clone, Debug)]
pub struct IntoIter(Route);

impl Route {
    /// Returns an iterator over the addresses, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Address};
    ///
    /// let route = route!["relay", "echoer"];
    /// assert!(route.iter().all(Address::is_local));
    /// ```
    pub fn iter(&self) -> Iter<'_> {
        self.into_iter()
    }
}

impl Iterator for IntoIter {
    type Item = Address;

    fn next(&mut self) -> Option<Address> {
        self.0.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.0.as_slice().len();
        (left, Some(left))
    }
}

impl ExactSizeIterator for IntoIter {}

impl IntoIterator for Route {
    type Item = Address;
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(self)
    }
}

impl<'a> IntoIterator for &'a Route {
    type Item = &'a Address;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.as_slice().iter()
    }
}
