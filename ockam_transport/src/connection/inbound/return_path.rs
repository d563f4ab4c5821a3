use std::sync::Arc;

use ockam_core::headers::{ExtendedHeaders, Ingress, Weight};
use ockam_core::{Address, Hops, Route};

use super::Inbound;
use super::reach::ReachOfAnswer;
use crate::message::TransportMessage;

/// Stands on a way back for whoever has not said where it is.
const NOBODY: &str = "";

impl Inbound {
    /// Returns the way back of a message: through this connection. If the message is a question, the
    /// right to answer it stands at the end.
    ///
    /// # Errors
    ///
    /// Returns the way back without the right, if too many questions of the peer are open.
    pub(super) fn return_route(&self, message: &TransportMessage<'_>) -> Result<Route, Route> {
        let mut return_route = message.return_route.clone();
        let Some(last) = return_route.last() else {
            return Ok(self.way_to_nobody(&message.onward));
        };
        let deadline = message.extension.as_ref().and_then(|it| it.deadline);
        if let (Some(deadline), true, Some(link)) = (deadline, last.is_local(), self.link.upgrade())
        {
            let Some(reserved) = self.accounts.reserve_report(&return_route) else {
                return_route.push_front(&self.address);
                return Err(return_route);
            };
            let before = return_route.len() - 1;
            let (id, asker) = (reserved.id(), last.clone());
            let reserved = Box::new(reserved);
            let reply_to = self
                .gateway
                .reply_to(&link, return_route.clone(), deadline, reserved);
            self.accounts
                .note_question(&id, asker, reply_to.downgrade());
            let before = &return_route.as_slice()[..before];
            return_route = Hops::new(before, Some(&reply_to)).to_route();
        }
        return_route.push_front(&self.address);
        Ok(return_route)
    }

    /// Returns the way back of a message that has none. If it goes on from here, it tells by which connection it has
    /// come, as in upstream, whose secure channels find their way by it.
    ///
    /// By a connection that is not exposed, the message goes to whoever has sent something before. The node there
    /// could take it for the answer of a worker of this node, if there were no second address.
    fn way_to_nobody(&self, onward: &Route) -> Route {
        let mut way = Route::new();
        if let [first, _, ..] = onward.as_slice() {
            way.push_back(&self.address);
            if !self.exposed.contains(first) {
                way.push_back(Address::local(NOBODY));
            }
        }
        way
    }

    /// Returns what a message brings along: where it goes next, and what it may do there. One that
    /// returns may go on by the `way` that it came. A large one has a weight.
    pub(super) fn headers(
        &self,
        onward: &Route,
        way: Option<&Route>,
        trace: Option<&str>,
        weight: Option<Weight>,
    ) -> Arc<ExtendedHeaders> {
        if onward.is_empty() && trace.is_none() && weight.is_none() {
            return self.headers.clone();
        }
        let mut headers = ExtendedHeaders {
            onward: onward.clone(),
            trace: trace.map(Arc::from),
            weight,
            ..ExtendedHeaders::clone(&self.headers)
        };
        if let (Some(way), false) = (way, onward.is_empty()) {
            headers.ingress = Some(Ingress::new(Arc::new(ReachOfAnswer {
                reach: headers.ingress,
                by: way.clone(),
            })));
        }
        Arc::new(headers)
    }
}
