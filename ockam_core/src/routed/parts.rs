//! How a node assembles a message, and takes it apart.

use super::Routed;
use crate::headers::Headers;
use crate::route::Route;

impl Headers {
    /// Returns the headers of a message.
    #[inline]
    pub fn of<M>(message: &Routed<M>) -> &Self {
        &message.headers
    }

    /// Returns the headers of a message, to change them.
    #[inline]
    pub fn of_mut<M>(message: &mut Routed<M>) -> &mut Self {
        &mut message.headers
    }

    /// Returns the return route that a message doesn't share with others.
    #[inline]
    pub fn own_return_route<M>(message: &Routed<M>) -> &Route {
        &message.return_route
    }

    /// Creates a message from its parts.
    #[inline]
    pub fn attach<M>(self, body: M, return_route: Route) -> Routed<M> {
        Routed {
            body,
            return_route,
            headers: self,
        }
    }

    /// Returns the parts of a message. A shared return route is cloned.
    #[inline]
    pub fn detach<M>(message: Routed<M>) -> (M, Route, Self) {
        let (body, own, headers) = Self::detach_own(message);
        let return_route = match own.is_empty() {
            true => headers.return_route(&own).clone(),
            false => own,
        };
        (body, return_route, headers)
    }

    /// Returns the parts of a message, as [`detach`](Self::detach) does, but leaves a shared return
    /// route in the headers.
    #[inline]
    pub fn detach_own<M>(message: Routed<M>) -> (M, Route, Self) {
        (message.body, message.return_route, message.headers)
    }
}
