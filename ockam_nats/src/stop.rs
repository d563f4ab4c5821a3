use std::sync::Arc;

use async_trait::async_trait;
use ockam_core::{Address, Error, ErrorKind, Result, TransportType};
use ockam_node::transport::Transport;

use crate::bus::Bus;

/// The type of the addresses of groups on the bus: `79#squarers`.
pub(crate) const GROUP: TransportType = TransportType::new(79);

/// Gives the name of the node back when the node stops, behind the last message of its connections.
pub(crate) struct Goodbye(pub(crate) Arc<Bus>);

#[async_trait]
impl Transport for Goodbye {
    fn address_type(&self) -> Option<TransportType> {
        Some(GROUP)
    }

    fn dial(&self, address: &Address) -> Result<()> {
        let why = format!("{address}: there are no groups on the bus yet");
        Err(Error::new(ErrorKind::NoRoute, why))
    }

    fn stop_listening(&self) {}

    async fn flush(&self) {
        self.0.leave().await;
    }

    fn abandon(&self) {}
}
