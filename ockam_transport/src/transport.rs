mod node_side;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ockam_core::{Address, Addresses, Error, ErrorContext, ErrorKind, Result};
use ockam_node::Context;
use ockam_node::transport::Gateway;
use tokio::sync::watch;

use crate::accepting::Accepting;
use crate::admitted::Admitted;
use crate::clock::{after, timeout_at};
use crate::connection::{Connection, EndOnDrop, Exposed, Inner, Peer};
use crate::connector::{Connector, connect};
use crate::links::Links;
use crate::listener::{Listener, ListenerTask};
use crate::lock::lock;
use crate::log::log;
use crate::name::random_address;
use crate::network::{Network, Origin};
use crate::quotas::Quotas;
use crate::retry::Retry;
use crate::settings::TransportSettings;
use crate::spawn::{on_node, spawn};

/// A transport over the streams of a network.
///
/// `TcpTransport` is a `StreamTransport` over TCP. A clone is another handle of the same transport.
pub struct StreamTransport<N>(Arc<State<N>>);

struct State<N> {
    network: Arc<N>,
    gateway: Gateway,
    settings: Arc<TransportSettings>,
    quotas: Arc<Quotas>,
    admitted: Arc<Admitted>,
    links: Arc<Links>,
    listeners: Mutex<Vec<ListenerTask>>,
}

impl<N: Network> StreamTransport<N> {
    /// Adds the transport to the node of a context.
    ///
    /// # Errors
    ///
    /// `AddressTaken` if the node has a transport of this type, `Stopped` if it stops, and `InvalidInput`
    /// for settings with which it can't work.
    pub fn start(ctx: &Context, network: N, settings: TransportSettings) -> Result<Self> {
        settings.check()?;
        let gateway = Gateway::new(ctx);
        let quotas = Arc::new(Quotas::new(&settings));
        let state = Arc::new(State {
            network: Arc::new(network),
            gateway: gateway.clone(),
            admitted: Admitted::new(
                settings.max_connections,
                settings.max_connections_per_ip,
                &quotas,
            ),
            quotas,
            settings: Arc::new(settings),
            links: Arc::default(),
            listeners: Mutex::default(),
        });
        gateway.register(state.clone())?;
        Ok(Self(state))
    }

    /// Lets other nodes connect to this one, and send to the exposed addresses.
    ///
    /// # Errors
    ///
    /// The error of the network, with the address.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, nothing is accepted.
    pub async fn listen(
        &self,
        address: impl AsRef<str>,
        exposed: impl Into<Addresses>,
    ) -> Result<Listener> {
        self.listen_by(self.0.network.clone(), address.as_ref(), exposed.into())
            .await
    }

    /// Lets other nodes connect to this one by another network than that of the transport.
    ///
    /// # Errors
    ///
    /// Those of [`listen`](Self::listen).
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, nothing is accepted.
    pub async fn listen_by(
        &self,
        network: Arc<N>,
        address: &str,
        exposed: Addresses,
    ) -> Result<Listener> {
        let (state, place) = (&self.0, address.to_owned());
        let exposed = Exposed::new(&exposed);
        let listening = on_node(&state.gateway, async move { network.listen(&place).await });
        let listening = listening.await.and_then(|listening| Ok(listening?));
        let (listener, bound) = listening.context(format!("listening on {address}"))?;
        if !bound.is_loopback && !exposed.all(|address| state.gateway.is_guarded(address)) {
            state.gateway.warn(format_args!(
                "whoever reaches {} can send to {exposed}: the connections have no secure channel",
                bound.address
            ));
        }
        log(|| tracing::info!(address = bound.address, "listening; exposed: {exposed}"));
        let (ended, running) = watch::channel(());
        let accepting = Accepting {
            listener,
            running,
            gateway: state.gateway.clone(),
            settings: state.settings.clone(),
            admitted: state.admitted.clone(),
            links: state.links.clone(),
            exposed: exposed.clone(),
        };
        let held = state.gateway.hold()?;
        let task = spawn(&state.gateway, async move {
            let _held = held;
            accepting.run::<N>().await;
        });
        let task = ListenerTask::new(task.abort_handle(), ended);
        let mut listeners = lock(&state.listeners);
        listeners.retain(|task| !task.is_finished());
        listeners.push(task.clone());
        drop(listeners);
        // This comes last: the node either finds the listener when it stops, or is found to stop here.
        state.gateway.check().inspect_err(|_| task.abort())?;
        Ok(Listener::new(bound, exposed, task))
    }

    /// Connects to another node.
    ///
    /// When the connection is lost, it is made again, until it is closed.
    ///
    /// # Errors
    ///
    /// `NoRoute` if the peer can't be reached or speaks another protocol, and `TimedOut` after the
    /// deadline for connections (10 s unless the settings say otherwise). Both name the address.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, there is no connection.
    pub async fn connect(&self, address: impl AsRef<str>) -> Result<Connection> {
        self.connect_by(self.0.network.clone(), address.as_ref())
            .await
    }

    /// Connects to a peer by another network than that of the transport. The connection is one of the
    /// transport all the same.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect).
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, there is no connection.
    pub async fn connect_by(&self, network: Arc<N>, peer: &str) -> Result<Connection> {
        let (peer, state) = (peer.to_owned(), self.0.clone());
        let connecting = async move { state.connect(network, &peer).await };
        let connected = on_node(&self.0.gateway, connecting).await??;
        Ok(Connection::new(connected.keep()))
    }
}

impl<N: Network> StreamTransport<N> {
    /// Connects to another node, and tries again until it succeeds or the time is over.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect): that of the last attempt, when the time is over.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, there is no connection.
    pub async fn connect_within(
        &self,
        address: impl AsRef<str>,
        patience: Duration,
    ) -> Result<Connection> {
        let (peer, state) = (address.as_ref().to_owned(), self.0.clone());
        let connecting = async move {
            let mut retry = Retry::new(state.settings.max_backoff, patience);
            loop {
                let attempt = state.connect(state.network.clone(), &peer);
                let error = match retry.limit(&peer, attempt).await {
                    Ok(connected) => return Ok::<Closing, Error>(connected),
                    Err(error) => error,
                };
                retry.pause_after(error, state.network.random()).await?;
            }
        };
        let connected = on_node(&self.0.gateway, connecting).await??;
        Ok(Connection::new(connected.keep()))
    }
}

/// Closes a connection when this is dropped, unless it is kept.
struct Closing(Option<Arc<Inner>>);

impl Closing {
    fn keep(mut self) -> Arc<Inner> {
        let connection = self.0.take();
        connection.expect("it is taken here, and by the drop")
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            connection.close(ErrorKind::Stopped, "nobody waits for it any more");
        }
    }
}

impl<N: Network> State<N> {
    /// Opens a stream, and waits for the greeting of the peer.
    async fn connect(&self, network: Arc<N>, peer: &str) -> Result<Closing> {
        let limit = self.settings.connect_timeout;
        let ends = after(limit);
        let stream = connect(&*network, peer, limit).await?;
        let connection = self.attach(random_address(), peer, N::origin(&stream.0))?;
        let closing = Closing(Some(connection.clone()));
        self.keep(network, &connection, Some(stream));
        match timeout_at(ends, connection.greeting_received()).await {
            Ok(Ok(())) => Ok(closing),
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

    fn attach(&self, address: Address, peer: &str, origin: Origin) -> Result<Arc<Inner>> {
        let peer = Peer {
            name: peer.to_owned(),
            identity: origin.identity,
            depth: self.links.depth_behind(origin.through.as_ref()),
        };
        let exposed = Exposed::default();
        let (gateway, settings) = (&self.gateway, &self.settings);
        Inner::attach(gateway, settings, &self.quotas, address, peer, exposed)
    }

    /// Starts a task that keeps a connection, with a stream if there is one already.
    fn keep(
        &self,
        network: Arc<N>,
        connection: &Arc<Inner>,
        stream: Option<(N::Reader, N::Writer)>,
    ) {
        let connector = Connector {
            network,
            connection: connection.clone(),
        };
        let listed = self.links.add(connection);
        let held = self.gateway.hold();
        connection.close_if_stopped();
        let ends = EndOnDrop(connection.clone());
        spawn(&self.gateway, async move {
            let _kept = (listed, held, ends);
            connector.run(stream).await;
        });
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
