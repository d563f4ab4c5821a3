use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use ockam_core::{Address, Addresses, Error, ErrorContext, ErrorKind, Result, TransportType};
use ockam_node::Context;
use ockam_node::transport::{Gateway, Transport};
use tokio::task::AbortHandle;
use tokio::time::timeout_at;

use crate::admitted::Admitted;
use crate::clock::after;
use crate::connection::{Connection, Exposed, Shared};
use crate::connector::{Connector, connect};
use crate::links::Links;
use crate::listener::{Accepting, Listener};
use crate::name::random_address;
use crate::network::Network;
use crate::quota::Quota;
use crate::settings::TransportSettings;

/// A transport over the streams of a network.
///
/// It is what each transport of the framework is made of; `TcpTransport` is this over TCP. A clone is
/// another handle of the same transport.
pub struct StreamTransport<N>(Arc<Inner<N>>);

struct Inner<N> {
    network: Arc<N>,
    gateway: Gateway,
    settings: Arc<TransportSettings>,
    unfinished: Arc<Quota>,
    backlog: Arc<Quota>,
    admitted: Arc<Admitted>,
    links: Arc<Links>,
    listeners: Mutex<Vec<AbortHandle>>,
}

impl<N: Network> StreamTransport<N> {
    /// Adds the transport to the node of a context.
    ///
    /// # Errors
    ///
    /// `AddressTaken` if the node has a transport of this type, and `Stopped` if it stops.
    pub fn start(ctx: &Context, network: N, settings: TransportSettings) -> Result<Self> {
        let gateway = Gateway::new(ctx);
        let inner = Arc::new(Inner {
            network: Arc::new(network),
            gateway: gateway.clone(),
            unfinished: Quota::new(settings.max_unfinished),
            backlog: Quota::new(settings.max_waiting),
            admitted: Admitted::new(settings.max_connections, settings.max_connections_per_ip),
            settings: Arc::new(settings),
            links: Arc::default(),
            listeners: Mutex::default(),
        });
        gateway.register(inner.clone())?;
        Ok(Self(inner))
    }

    /// Lets other nodes connect to this one, and send to the addresses that are exposed.
    ///
    /// # Errors
    ///
    /// That of the network, with the address.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it accepts nothing.
    pub async fn listen(
        &self,
        address: impl AsRef<str>,
        exposed: impl Into<Addresses>,
    ) -> Result<Listener> {
        let (address, inner) = (address.as_ref(), &self.0);
        let exposed = Exposed::new(&exposed.into());
        let listening = inner.network.listen(address).await;
        let (listener, bound) = listening.context(format!("listening on {address}"))?;
        if !bound.is_loopback {
            inner.gateway.warn(format_args!(
                "whoever reaches {} can send to {exposed}: the connections have no secure channel",
                bound.address
            ));
        }
        tracing::info!(address = bound.address, "listening; exposed: {exposed}");
        let accepting = Accepting {
            gateway: inner.gateway.clone(),
            settings: inner.settings.clone(),
            unfinished: inner.unfinished.clone(),
            backlog: inner.backlog.clone(),
            admitted: inner.admitted.clone(),
            links: inner.links.clone(),
            exposed: exposed.clone(),
        };
        let held = inner.gateway.hold()?;
        let task = inner.gateway.spawn(async move {
            let _held = held;
            accepting.run::<N>(listener).await;
        });
        let task = task.abort_handle();
        let mut listeners = inner
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|task| !task.is_finished());
        listeners.push(task.clone());
        drop(listeners);
        // Looked at behind it: a stop either finds the listener, or is seen here.
        inner.gateway.check().inspect_err(|_| task.abort())?;
        Ok(Listener::new(bound, exposed, task))
    }

    /// Connects to another node.
    ///
    /// The connection is made again when it is lost, until it is closed.
    ///
    /// # Errors
    ///
    /// `NoRoute` if the peer can't be reached or speaks another protocol, and `TimedOut` after the
    /// deadline for connections (10 s unless the settings say otherwise). Both name the address.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it leaves nothing behind.
    pub async fn connect(&self, address: impl AsRef<str>) -> Result<Connection> {
        let (peer, inner) = (address.as_ref(), &self.0);
        let limit = inner.settings.connect_timeout;
        let ends = after(limit);
        let stream = connect(&*inner.network, peer, limit).await?;
        let shared = inner.attach(random_address(), peer)?;
        let closing = Closing(Some(&shared));
        inner.keep(&shared, Some(stream));
        match timeout_at(ends, shared.greeting_received()).await {
            Ok(Ok(())) => {
                closing.keep();
                Ok(Connection::new(shared.clone()))
            }
            Ok(Err(why)) => {
                let why = format!("connecting to {peer}: {why}");
                Err(Error::new(ErrorKind::NoRoute, why))
            }
            Err(_) => {
                let why = format!("{peer} did not greet within {limit:?}");
                Err(Error::new(ErrorKind::TimedOut, why))
            }
        }
    }
}

/// Closes a connection that is not wanted any more, unless it is kept.
struct Closing<'a>(Option<&'a Arc<Shared>>);

impl Closing<'_> {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        if let Some(shared) = self.0 {
            shared.close(ErrorKind::Stopped, "nobody waits for it any more");
        }
    }
}

impl<N: Network> Inner<N> {
    fn attach(&self, address: Address, peer: &str) -> Result<Arc<Shared>> {
        let (peer, exposed) = (peer.to_owned(), Exposed::default());
        let (gateway, settings) = (&self.gateway, &self.settings);
        Shared::attach(gateway, settings, &self.backlog, address, peer, exposed)
    }

    /// Keeps a connection in a task of its own, beginning with a stream if there is one.
    fn keep(&self, shared: &Arc<Shared>, stream: Option<(N::Reader, N::Writer)>) {
        let connector = Connector {
            network: self.network.clone(),
            unfinished: self.unfinished.clone(),
            shared: shared.clone(),
        };
        let listed = self.links.add(shared);
        let held = self.gateway.hold();
        shared.close_if_stopped();
        self.gateway.spawn(async move {
            let _kept = (listed, held);
            connector.run(stream).await;
        });
    }
}

impl<N: Network> Transport for Inner<N> {
    fn address_type(&self) -> TransportType {
        N::ADDRESS_TYPE
    }

    fn dial(&self, address: &Address) -> Result<()> {
        let Ok(peer) = std::str::from_utf8(address.value()) else {
            let why = format!("{address} is not the address of a host");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        };
        match self.attach(address.clone(), peer) {
            Ok(shared) => self.keep(&shared, None),
            // Somebody else has dialled it at the same moment.
            Err(error) if error.kind() == ErrorKind::AddressTaken => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn stop_listening(&self) {
        let mut listeners = self
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        listeners.drain(..).for_each(|task| task.abort());
    }

    fn flush(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let links = self.links.all();
        Box::pin(async move {
            links.iter().for_each(Shared::finish);
            for link in &links {
                link.ended().await;
            }
        })
    }

    fn abandon(&self) {
        self.stop_listening();
        for link in self.links.all() {
            link.abandon("the node has ended");
        }
    }
}

impl<N> Clone for StreamTransport<N> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<N> std::fmt::Debug for StreamTransport<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamTransport").finish_non_exhaustive()
    }
}
