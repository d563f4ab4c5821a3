use std::sync::Arc;

use ockam_core::{Address, Arrival, Origin, Route};

use super::Inbound;
use super::reach::ReachOfAnswer;
use crate::message::TransportMessage;

impl Inbound {
    /// Returns the way back of a message: through this connection. If the message is a question, the
    /// right to answer it stands at the end.
    pub(super) fn return_route(&self, message: &TransportMessage<'_>) -> Route {
        let mut return_route = message.return_route.clone();
        let Some(last) = return_route.last() else {
            return return_route;
        };
        let deadline = message.extension.as_ref().and_then(|it| it.deadline);
        if let (Some(deadline), true, Some(link)) = (deadline, last.is_local(), self.link.upgrade())
        {
            let before = return_route.len() - 1;
            let asker = self.gateway.asker(&link, return_route.clone(), deadline);
            return_route = return_route.iter().take(before).collect();
            return_route.push_back(Address::from(asker));
        }
        return_route.push_front(&self.address);
        return_route
    }

    /// Returns what a message brings along: where it goes next, and what it may do there. One that
    /// returns may go on by the `way` that it came.
    pub(super) fn arrival(
        &self,
        onward: &[Address],
        way: Option<&Route>,
        trace: Option<&str>,
    ) -> Arc<Arrival> {
        if onward.is_empty() && trace.is_none() {
            return self.arrival.clone();
        }
        let mut arrival = Arrival {
            onward: onward.iter().collect(),
            trace: trace.map(Arc::from),
            ..Arrival::clone(&self.arrival)
        };
        if let (Some(way), false) = (way, onward.is_empty()) {
            arrival.origin = Some(Origin::new(Arc::new(ReachOfAnswer {
                reach: arrival.origin,
                by: way.clone(),
            })));
        }
        Arc::new(arrival)
    }
}
