//! Conversions into routes.

use super::repr::Repr;
use super::{Hops, Route};
use crate::address::Address;
use crate::reply::ReplyTo;

impl<A: Into<Address>> From<A> for Route {
    #[inline(always)]
    fn from(address: A) -> Self {
        Self(Repr::One(address.into()))
    }
}

impl From<ReplyTo> for Route {
    /// Creates the return route of a question that was sent straight to a worker.
    #[inline]
    fn from(reply_to: ReplyTo) -> Self {
        Self(Repr::Reply(reply_to))
    }
}

impl From<&Route> for Route {
    fn from(route: &Route) -> Self {
        route.clone()
    }
}

impl<A: Into<Address>> From<Vec<A>> for Route {
    fn from(addresses: Vec<A>) -> Self {
        addresses.into_iter().collect()
    }
}

impl<A: Into<Address>> FromIterator<A> for Route {
    fn from_iter<I: IntoIterator<Item = A>>(addresses: I) -> Self {
        let addresses = addresses.into_iter().map(Into::into).collect();
        Self(Repr::new(addresses, None))
    }
}

impl<A: Into<Address>> Extend<A> for Route {
    fn extend<I: IntoIterator<Item = A>>(&mut self, addresses: I) {
        self.0.extend(addresses.into_iter().map(Into::into));
    }
}

impl Hops<'_> {
    /// Copies the hops into a new route.
    pub fn to_route(self) -> Route {
        Route(Repr::new(
            self.addresses().to_vec(),
            self.reply_to().cloned(),
        ))
    }
}
