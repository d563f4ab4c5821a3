use std::sync::Arc;

use ockam_core::{Error, ErrorKind, Result, Route, Routed, Worker};
use ockam_node::Context;
use ockam_node::transport::AddressGuard;

use super::half_open::HalfOpen;
use super::responder::Responding;

/// How many bytes the addresses of the way back to a peer may have: it is kept as long as the channel.
const MAX_BACK_BYTES: usize = 4 * 1024;

/// Takes the first messages of handshakes.
pub(super) struct Listening {
    pub(super) responding: Arc<Responding>,
    pub(super) half_open: Arc<HalfOpen>,
    /// What listens below doesn't have to warn of this address.
    pub(super) _guard: AddressGuard,
}

impl Worker for Listening {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_routed(&mut self, _ctx: &mut Context, msg: Routed<Vec<u8>>) -> Result<()> {
        // The address of the connection comes first, and then what the peer says of the way behind it. So the
        // answer goes back by the connection that the message came by.
        let back: Route = msg.return_route().as_slice().iter().cloned().collect();
        let bytes: usize = back.iter().map(|hop| hop.value().len()).sum();
        if bytes > MAX_BACK_BYTES {
            let why = format!("the way back of a handshake has {bytes} bytes, of {MAX_BACK_BYTES}");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let gateway = self.responding.gateway.clone();
        let through = back.first().filter(|first| gateway.link(first).is_some());
        let behind = match through {
            Some(_) => back.rest(),
            None => back.clone(),
        };
        let place = self.half_open.begin(through, behind);
        let (responding, first) = (self.responding.clone(), msg.into_body());
        gateway.spawn(async move { responding.respond(first, back, place).await });
        Ok(())
    }
}
