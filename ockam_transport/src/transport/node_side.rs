//! What the node asks of a transport: to dial, and to stop.

use async_trait::async_trait;
use ockam_core::{Address, Error, ErrorKind, Result, TransportType};
use ockam_node::transport::Transport;

use super::State;
use crate::listener::ListenerTask;
use crate::lock::lock;
use crate::network::{Network, Origin};

#[async_trait]
impl<N: Network> Transport for State<N> {
    fn address_type(&self) -> Option<TransportType> {
        N::ADDRESS_TYPE
    }

    fn dial(&self, address: &Address) -> Result<()> {
        let Ok(peer) = std::str::from_utf8(address.value()) else {
            let why = format!("{address} is not the address of a host");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        };
        match self.attach(address.clone(), peer, Origin::default()) {
            Ok(connection) => self.keep(self.network.clone(), &connection, None),
            // Another sender has dialled it at the same moment.
            Err(error) if error.kind() == ErrorKind::AddressTaken => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn stop_listening(&self) {
        lock(&self.listeners).iter().for_each(ListenerTask::abort);
    }

    async fn flush(&self) {
        // Those within others first: the last that they say goes through the others.
        for links in self.links.by_depth() {
            for link in &links {
                link.finish();
                link.hurry();
            }
            for link in &links {
                link.ended().await;
            }
        }
        let listeners = std::mem::take(&mut *lock(&self.listeners));
        for listener in &listeners {
            listener.ended().await;
        }
    }

    fn abandon(&self) {
        self.stop_listening();
        for link in self.links.all() {
            link.abandon("the node has ended");
        }
    }
}
