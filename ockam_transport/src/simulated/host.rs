use std::io;
use std::sync::Arc;

use ockam_core::TransportType;
use ockam_node::test::decide;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::nodes::Nodes;
use super::pipe::{Reader, Writer};
use crate::clock::{sleep, sleep_until};
use crate::lock::lock;
use crate::network::{Accepted, Bound, Network};

/// The network, as one node sees it.
pub(super) struct Host {
    pub(super) nodes: Arc<Nodes>,
    pub(super) name: String,
}

impl Network for Host {
    type Reader = Reader;
    type Writer = Writer;
    type Listener = UnboundedReceiver<Accepted<Reader, Writer>>;

    const ADDRESS_TYPE: Option<TransportType> = Some(TransportType::TCP);

    async fn connect(&self, address: &str) -> io::Result<(Reader, Writer)> {
        let latency = lock(&self.nodes.faults).latency();
        sleep(latency).await;
        while let Some(until) = self.nodes.cut_until(&self.name, address) {
            sleep_until(until).await;
        }
        let machine = self.nodes.machine(address).ok_or(io::ErrorKind::NotFound)?;
        let accepting = lock(&machine.accepting).clone();
        let accepting = accepting.ok_or(io::ErrorKind::ConnectionRefused)?;
        let (own, (reader, writer)) = self.nodes.stream(&self.name, address);
        let accepted = Accepted {
            reader,
            writer,
            peer: self.name.clone(),
            ip: None,
        };
        let sent = accepting.send(accepted);
        sent.map_err(|_| io::ErrorKind::ConnectionRefused)?;
        Ok(own)
    }

    async fn listen(&self, address: &str) -> io::Result<(Self::Listener, Bound)> {
        let machine = self.nodes.machine(&self.name);
        let machine = machine.ok_or(io::ErrorKind::AddrNotAvailable)?;
        let (sender, receiver) = unbounded_channel();
        *lock(&machine.accepting) = Some(sender);
        let bound = Bound {
            address: address.to_owned(),
            // Nobody else can reach it.
            is_loopback: true,
        };
        Ok((receiver, bound))
    }

    async fn accept(listener: &mut Self::Listener) -> io::Result<Accepted<Reader, Writer>> {
        match listener.recv().await {
            Some(accepted) => Ok(accepted),
            None => std::future::pending().await,
        }
    }

    fn random(&self) -> u64 {
        decide(1 << 16)
    }
}
