//! What a link sends itself: a secure channel is a link whose bytes are messages to other addresses.

use std::sync::Arc;

use ockam_core::headers::Headers;
use ockam_core::{Error, ErrorKind, Result, Route};

use super::SendError;
use super::guards::LinkGuard;
use crate::delivery::LinkEndpoint;
use crate::node::Node;
use crate::time::Deadline;

impl LinkGuard {
    /// Sends bytes along a route in the name of the link, if there is room. The address of the link is the way
    /// back, or there is none.
    ///
    /// A failure that comes later is told to [`Link::undelivered`](super::Link::undelivered), if there is a way
    /// back.
    ///
    /// # Errors
    ///
    /// Returns [`SendError::Full`] with the bytes if the caller can wait for room, else
    /// [`SendError::Failed`].
    pub fn try_send(
        &self,
        route: &Route,
        bytes: Vec<u8>,
        has_way_back: bool,
    ) -> Result<(), SendError<Vec<u8>>> {
        let (node, link) = match self.parts() {
            Ok(parts) => parts,
            Err(error) => return Err(SendError::Failed(bytes, error)),
        };
        let sent = node
            .router
            .deliver(route, message(&link, bytes, has_way_back));
        sent.map_err(|refused| refused.map(ockam_core::Routed::into_body))
    }

    /// Sends bytes, as [`try_send`](Self::try_send) does, and waits for room, at most until the deadline of a
    /// send.
    ///
    /// # Errors
    ///
    /// Those of `Context::send_message`.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, nothing was sent.
    pub async fn send(&self, route: &Route, bytes: Vec<u8>, has_way_back: bool) -> Result<()> {
        let (node, link) = self.parts()?;
        let message = message(&link, bytes, has_way_back);
        let Err(refused) = node.router.deliver(route, message) else {
            return Ok(());
        };
        let waiting = node.router.waiting(route, refused)?;
        let mut deadline = Deadline::new(&node.runtime, node.settings.send_timeout, None);
        waiting.send(&mut deadline).await
    }

    fn parts(&self) -> Result<(Arc<Node>, Arc<LinkEndpoint>)> {
        let parts = self.node.upgrade().zip(self.link.upgrade());
        parts.ok_or_else(|| Error::new(ErrorKind::Stopped, "the link is gone"))
    }
}

fn message(link: &LinkEndpoint, bytes: Vec<u8>, has_way_back: bool) -> ockam_core::Routed<Vec<u8>> {
    let return_route = match has_way_back {
        true => Route::from(link.registration.address()),
        false => Route::new(),
    };
    Headers::from_source(link.registration.source()).attach(bytes, return_route)
}
