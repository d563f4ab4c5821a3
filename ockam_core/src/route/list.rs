use std::hash::{Hash, Hasher};
use std::iter;
use std::sync::Arc;

use super::Route;
use crate::address::Address;

/// The addresses of a route. Almost every route has one of them, which then needs no allocation;
/// `Many` holds at least two, which a clone shares.
#[derive(Clone, Default)]
pub(super) enum List {
    #[default]
    Empty,
    One(Address),
    Many(Arc<[Address]>),
}

impl List {
    #[inline]
    pub(super) fn as_slice(&self) -> &[Address] {
        match self {
            Self::Empty => &[],
            Self::One(address) => std::slice::from_ref(address),
            Self::Many(addresses) => addresses,
        }
    }

    pub(super) fn pop_front(&mut self) -> Option<Address> {
        match std::mem::take(self) {
            Self::Empty => None,
            Self::One(address) => Some(address),
            Self::Many(addresses) => {
                let (first, rest) = addresses.split_first()?;
                *self = match rest {
                    [last] => Self::One(last.clone()),
                    rest => Self::Many(rest.into()),
                };
                Some(first.clone())
            }
        }
    }

    pub(super) fn push_front(&mut self, address: Address) {
        *self = match std::mem::take(self) {
            Self::Empty => Self::One(address),
            Self::One(only) => Self::Many(Arc::new([address, only])),
            Self::Many(rest) => {
                let rest = rest.iter().cloned();
                Self::Many(iter::once(address).chain(rest).collect())
            }
        };
    }

    pub(super) fn push_back(&mut self, address: Address) {
        *self = match std::mem::take(self) {
            Self::Empty => Self::One(address),
            Self::One(only) => Self::Many(Arc::new([only, address])),
            Self::Many(before) => {
                let before = before.iter().cloned();
                Self::Many(before.chain(iter::once(address)).collect())
            }
        };
    }
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for List {}

impl Hash for List {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

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

impl Iterator for IntoIter {
    type Item = Address;

    fn next(&mut self) -> Option<Address> {
        self.0.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
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
        self.0.as_slice().iter()
    }
}
