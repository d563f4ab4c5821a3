mod parts;

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::address::Address;
use crate::headers::Headers;
use crate::identifier::Identifier;
use crate::reply::ReplyTo;
use crate::route::Route;

/// A message with its onward route and its return route.
///
/// It dereferences to the message, prints as the message does, and can be compared with it.
///
/// # Examples
///
/// ```
/// use ockam_core::{route, Routed};
///
/// let reply = Routed::new("hello".to_string(), route!["echoer"]);
/// assert_eq!(reply, "hello");
/// assert_eq!(format!("Reply: {reply}"), "Reply: hello");
/// assert_eq!(reply.return_route(), &route!["echoer"]);
/// assert_eq!(reply.into_body(), "hello".to_string());
/// ```
pub struct Routed<M> {
    body: M,
    return_route: Route,
    headers: Headers,
}

impl<M> Routed<M> {
    /// Creates a message with a return route, which may be empty.
    ///
    /// This is for tests that call a handler. The message is at the end of its route, at the first
    /// address of a worker. The node sets the routes of messages that are sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["app"]);
    /// assert_eq!(message, 7);
    /// ```
    #[inline]
    pub fn new(body: M, return_route: Route) -> Self {
        Self {
            body,
            return_route,
            headers: Headers::default(),
        }
    }

    /// Returns the route back to the sender. It is empty if there is nobody to answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["relay", "app"]);
    /// assert_eq!(message.return_route(), &route!["relay", "app"]);
    /// ```
    #[inline]
    pub fn return_route(&self) -> &Route {
        self.headers.return_route(&self.return_route)
    }

    /// Returns the address of the sender, at the end of the return route.
    ///
    /// For a question, this is an address that stands for this ask. It tells asks apart, but only the
    /// [return route](Self::return_route) leads to the asker.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Address, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["relay", "app"]);
    /// assert_eq!(message.sender(), Some(&Address::from("app")));
    /// ```
    pub fn sender(&self) -> Option<&Address> {
        let return_route = self.return_route();
        let asker = return_route.reply_to().map(ReplyTo::address);
        asker.or_else(|| return_route.last())
    }

    /// Returns the identity that the sender has proved, if the message came through a secure channel.
    ///
    /// It stays with a message that is forwarded on this node. `None` means that nothing is known: the
    /// sender is on this node, or behind a connection without a channel.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Route, Routed};
    ///
    /// let message = Routed::new(7_u64, Route::new());
    /// assert_eq!(message.peer(), None);
    /// ```
    pub fn peer(&self) -> Option<Identifier> {
        self.headers.peer()
    }

    /// Returns the addresses that the message visits after this one.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["app"]);
    /// assert!(message.onward_route().is_empty()); // it has arrived
    /// ```
    pub fn onward_route(&self) -> &Route {
        self.headers.onward()
    }

    /// Replaces the onward route, along which the message is forwarded.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["app"]).with_onward_route("echoer");
    /// assert_eq!(message.onward_route(), &route!["echoer"]);
    /// ```
    #[must_use]
    pub fn with_onward_route(mut self, onward: impl Into<Route>) -> Self {
        let onward = onward.into();
        self.headers.extend(|extended| extended.onward = onward);
        self
    }

    /// Returns a reference to the message.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Route, Routed};
    ///
    /// let message = Routed::new("hello".to_string(), Route::new());
    /// let text: &str = message.body();
    /// assert_eq!(text, "hello");
    /// ```
    #[inline]
    pub fn body(&self) -> &M {
        &self.body
    }

    /// Returns the message without its routes.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Route, Routed};
    ///
    /// let message = Routed::new("hello".to_string(), Route::new());
    /// let text: String = message.into_body();
    /// assert_eq!(text, "hello");
    /// ```
    #[inline]
    pub fn into_body(self) -> M {
        self.return_route.discard();
        self.body
    }

    /// Replaces the message with one made from it. The routes stay.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["app"]).map(|number| number.to_string());
    /// assert_eq!(message, "7");
    /// assert_eq!(message.return_route(), &route!["app"]);
    /// ```
    pub fn map<N>(self, make: impl FnOnce(M) -> N) -> Routed<N> {
        Routed {
            body: make(self.body),
            return_route: self.return_route,
            headers: self.headers,
        }
    }
}

impl<M> Deref for Routed<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.body
    }
}

impl<M> DerefMut for Routed<M> {
    fn deref_mut(&mut self) -> &mut M {
        &mut self.body
    }
}

impl<M: fmt::Display> fmt::Display for Routed<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.body.fmt(f)
    }
}

impl<M: fmt::Debug> fmt::Debug for Routed<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.body.fmt(f)
    }
}

impl<M: PartialEq<N>, N: ?Sized> PartialEq<N> for Routed<M> {
    fn eq(&self, other: &N) -> bool {
        self.body == *other
    }
}

impl<M: Serialize> Serialize for Routed<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.onward_route(), self.return_route(), &self.body).serialize(serializer)
    }
}

impl<'de, M: Deserialize<'de>> Deserialize<'de> for Routed<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (onward, return_route, body) = <(Route, Route, M)>::deserialize(deserializer)?;
        let message = Self::new(body, return_route);
        Ok(match onward.is_empty() {
            true => message,
            false => message.with_onward_route(onward),
        })
    }
}
