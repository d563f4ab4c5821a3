use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::address::Address;
use crate::origin::Origin;
use crate::route::Route;

/// A message on its way: what is said, the way ahead and the way back.
///
/// It behaves as the message: it dereferences to it, prints as it and compares with it.
///
/// # Examples
///
/// ```
/// use ockam_core::{route, Routed};
///
/// let reply = Routed::new("hello".to_string(), route!["echoer"], None);
/// assert_eq!(reply, "hello");
/// assert_eq!(format!("Reply: {reply}"), "Reply: hello");
/// assert_eq!(reply.return_route(), &route!["echoer"]);
/// assert_eq!(reply.into_body(), "hello".to_string());
/// ```
pub struct Routed<M> {
    body: M,
    return_route: Route,
    arrival: Option<Arc<Arrival>>,
}

/// Where a message arrived, if that isn't the first address of a worker, and where it goes next.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use ockam_core::{route, Arrival, Route, Routed};
///
/// let arrival = Arrival { onward: route!["echoer"], ..Arrival::default() };
/// let message = Routed::new(7_u64, Route::new(), Some(Arc::new(arrival)));
/// assert_eq!(message.onward_route(), &route!["echoer"]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Arrival {
    /// The address that the sender used; `None` stands for the worker's first one.
    pub address: Option<Address>,
    /// The addresses that the message has still to visit.
    pub onward: Route,
    /// The connection by which it came, if it is from another node.
    pub origin: Option<Origin>,
    /// The trace that it belongs to: a JSON map of W3C trace headers.
    pub trace: Option<Arc<str>>,
    /// The way back of a message that has none of its own: many that have come together share one.
    pub return_route: Route,
}

impl<M> Routed<M> {
    /// Puts a message on its way. Without an `arrival` it arrives at the end of its route, at the first
    /// address of a worker.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["app"], None);
    /// assert_eq!(message, 7);
    /// ```
    #[inline]
    pub fn new(body: M, return_route: Route, arrival: Option<Arc<Arrival>>) -> Self {
        Self {
            body,
            return_route,
            arrival,
        }
    }

    /// Returns the way back to the sender. It is empty if nobody can be answered.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["relay", "app"], None);
    /// assert_eq!(message.return_route(), &route!["relay", "app"]);
    /// ```
    #[inline]
    pub fn return_route(&self) -> &Route {
        Arrival::way_back(&self.return_route, self.arrival.as_deref())
    }

    /// Returns the address of the sender, at the end of the return route.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Address, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["relay", "app"], None);
    /// assert_eq!(message.sender(), Some(&Address::from("app")));
    /// ```
    pub fn sender(&self) -> Option<&Address> {
        self.return_route().last()
    }

    /// Returns the addresses that the message has still to visit after this one.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["app"], None);
    /// assert!(message.onward_route().is_empty()); // it has arrived
    /// ```
    pub fn onward_route(&self) -> &Route {
        const END: &Route = &Route::new();
        self.arrival.as_ref().map_or(END, |arrival| &arrival.onward)
    }

    /// Sends the message another way when it is forwarded.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["app"], None).with_onward_route("echoer");
    /// assert_eq!(message.onward_route(), &route!["echoer"]);
    /// ```
    #[must_use]
    pub fn with_onward_route(mut self, onward: impl Into<Route>) -> Self {
        let arrived = self.arrival.as_deref().cloned().unwrap_or_default();
        let onward = onward.into();
        self.arrival = Some(Arc::new(Arrival { onward, ..arrived }));
        self
    }

    /// Notes where the message has arrived.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use ockam_core::{Address, Arrival, Route, Routed};
    ///
    /// let parrot = Arrival { address: Some(Address::from("parrot")), ..Arrival::default() };
    /// let message = Routed::new(7_u64, Route::new(), None).arrived(Some(Arc::new(parrot)));
    /// assert!(message.arrival().is_some());
    /// ```
    #[doc(hidden)]
    #[must_use]
    #[inline]
    pub fn arrived(mut self, arrival: Option<Arc<Arrival>>) -> Self {
        self.arrival = arrival;
        self
    }

    /// Returns where the message arrived, if not at the end of a route.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Route, Routed};
    ///
    /// assert_eq!(Routed::new(7_u64, Route::new(), None).arrival(), None);
    /// ```
    #[doc(hidden)]
    #[inline]
    pub fn arrival(&self) -> Option<&Arc<Arrival>> {
        self.arrival.as_ref()
    }

    /// Borrows the message.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Route, Routed};
    ///
    /// let message = Routed::new("hello".to_string(), Route::new(), None);
    /// let text: &str = message.body();
    /// assert_eq!(text, "hello");
    /// ```
    #[inline]
    pub fn body(&self) -> &M {
        &self.body
    }

    /// Takes the message out.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Route, Routed};
    ///
    /// let message = Routed::new("hello".to_string(), Route::new(), None);
    /// let text: String = message.into_body();
    /// assert_eq!(text, "hello");
    /// ```
    #[inline]
    pub fn into_body(self) -> M {
        self.body
    }

    /// Puts another message, made of this one, on the same way.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let message = Routed::new(7_u64, route!["app"], None).map(|number| number.to_string());
    /// assert_eq!(message, "7");
    /// assert_eq!(message.return_route(), &route!["app"]);
    /// ```
    pub fn map<N>(self, make: impl FnOnce(M) -> N) -> Routed<N> {
        Routed {
            body: make(self.body),
            return_route: self.return_route,
            arrival: self.arrival,
        }
    }

    /// Takes message and return route out.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{route, Routed};
    ///
    /// let (body, return_route, arrival) = Routed::new(7_u64, route!["app"], None).into_parts();
    /// assert_eq!((body, return_route, arrival), (7, route!["app"], None));
    /// ```
    #[doc(hidden)]
    #[inline]
    pub fn into_parts(self) -> (M, Route, Option<Arc<Arrival>>) {
        let return_route = match self.return_route.is_empty() {
            true => self.return_route().clone(),
            false => self.return_route,
        };
        (self.body, return_route, self.arrival)
    }

    /// As [`into_parts`](Self::into_parts), but leaves the return route where it is, if that is with the
    /// arrival.
    #[doc(hidden)]
    #[inline]
    pub fn into_own_parts(self) -> (M, Route, Option<Arc<Arrival>>) {
        (self.body, self.return_route, self.arrival)
    }
}

impl Arrival {
    /// Returns the way back of a message: its own, if it has one.
    #[doc(hidden)]
    #[inline]
    pub fn way_back<'a>(own: &'a Route, arrival: Option<&'a Self>) -> &'a Route {
        match arrival {
            Some(arrival) if own.is_empty() => &arrival.return_route,
            _ => own,
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
        let arrival = (!onward.is_empty()).then(|| {
            Arc::new(Arrival {
                onward,
                ..Arrival::default()
            })
        });
        Ok(Self::new(body, return_route, arrival))
    }
}
