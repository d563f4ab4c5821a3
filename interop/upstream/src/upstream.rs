use std::net::SocketAddr;

use std::sync::Arc;
use std::time::Duration;

use ockam::flow_control::FlowControlId;
use ockam::identity::{
    Identifier, SecureChannel, SecureChannelListenerOptions, SecureChannelOptions, SecureChannels,
    TrustEveryonePolicy, TrustIdentifierPolicy, secure_channels,
};
use ockam::tcp::{TCP, TcpConnectionOptions, TcpListenerOptions, TcpTransport};
use ockam::{Address, Context, Encodable, LocalMessage, NodeBuilder, Route, route};
use ockam_core::{AllowAll, LOCAL, TransportType};
use peer::{Bodies, Body, GONE, Hop, INNER, Kind, PAUSE, Result, SECURE, SLOW, Through, WHO};

use crate::echoers::{BytesEchoer, SlowEchoer, TextEchoer};
use crate::errors::{self, Errors};
use crate::forwarder::Forwarder;
use crate::who::{Gone, Last, Who};

/// A node of upstream Ockam.
pub(crate) struct Upstream {
    ctx: Context,
    errors: Errors,
    identifier: Identifier,
    channels: Arc<SecureChannels>,
}

/// How long a handshake may take. Upstream waits as long if it trusts the other side not.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long it takes to look again whether a channel is there: upstream tells nobody that one has ended.
const LOOK: Duration = Duration::from_millis(20);

/// The way to a worker, and the flow control of the connection or channel that it begins with.
pub(crate) struct Way {
    answers: FlowControlId,
    channel: Option<SecureChannel>,
    route: Route,
}

impl peer::Node for Upstream {
    type Route = Way;

    fn run<F, Fut>(main: F) -> Result<()>
    where
        F: FnOnce(Self) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let errors = errors::listen();
        let (ctx, mut executor) = NodeBuilder::new().no_logging().build();
        executor.execute(async move {
            let end = ctx.new_detached("end", AllowAll, AllowAll)?;
            let channels = secure_channels().await?;
            let creation = channels.identities().identities_creation();
            let identifier = creation.create_identity().await?;
            let node = Self {
                ctx,
                errors,
                identifier,
                channels,
            };
            let played = main(node).await;
            end.shutdown_node().await?;
            played
        })?
    }

    async fn respond(&mut self, listen: &str) -> Result<SocketAddr> {
        let ctx = &self.ctx;
        ctx.start_worker(Kind::Text.worker(), TextEchoer)?;
        ctx.start_worker(Kind::Bytes.worker(), BytesEchoer)?;
        ctx.start_worker(SLOW, SlowEchoer { pause: PAUSE })?;
        let last = Last::default();
        ctx.start_worker(WHO, Who { last: last.clone() })?;
        ctx.start_worker(GONE, Gone { last })?;
        let [text, bytes] = [Kind::Text, Kind::Bytes].map(Kind::worker);
        let exposed = [text, bytes, SLOW, WHO];
        let secure = SecureChannelListenerOptions::new();
        let through_secure = secure.spawner_flow_control_id();
        let inner = SecureChannelListenerOptions::new().as_consumer(&through_secure);
        let through_inner = inner.spawner_flow_control_id();
        for worker in exposed {
            let worker = Address::from_string(worker);
            for through in [&through_secure, &through_inner] {
                self.ctx.flow_controls().add_consumer(&worker, through);
            }
        }
        self.accept(SECURE, secure)?;
        self.accept(INNER, inner)?;
        let reached = [text, bytes, SLOW, SECURE, GONE];
        let reached = reached.map(Address::from_string);
        self.listen(listen, &reached).await
    }

    async fn forward(&mut self, listen: &str, next: &str) -> Result<(SocketAddr, Vec<Hop>)> {
        let tcp = TcpTransport::get_or_create(&self.ctx)?;
        let next = tcp.connect(next, TcpConnectionOptions::new()).await?;
        // A secure channel goes on by the way that the first answer has come.
        let onward = next.sender_address().clone();
        self.ctx.start_worker("forward", Forwarder { next })?;
        let address = self.listen(listen, &["forward".into(), onward]).await?;
        Ok((address, vec![Hop::worker("forward")]))
    }

    async fn connect(
        &mut self,
        address: &str,
        hops: &[Hop],
        through: &Through,
        worker: &str,
    ) -> Result<Way> {
        let tcp = TcpTransport::get_or_create(&self.ctx)?;
        let connection = tcp.connect(address, TcpConnectionOptions::new()).await?;
        let mut route = route![connection.sender_address().clone()].modify();
        for hop in hops {
            route = route.append(upstream_address(hop));
        }
        let mut way = Way {
            answers: connection.flow_control_id().clone(),
            channel: None,
            route: route.build(),
        };
        for name in &through.channels {
            way = self.secure(way, name, through.peer.as_deref()).await?;
        }
        way.route = way.route.modify().append(worker).build();
        Ok(way)
    }

    fn beside(way: &Way, worker: &str) -> Way {
        let front = way.route.clone().modify().pop_back();
        Way {
            answers: way.answers.clone(),
            channel: way.channel.clone(),
            route: front.append(worker).build(),
        }
    }

    fn identifier(&self) -> String {
        self.identifier.to_string()
    }

    async fn rotate(&mut self) -> Result<()> {
        let creation = self.channels.identities().identities_creation();
        Ok(creation.rotate_identity(&self.identifier).await?)
    }

    async fn close_accepted(&mut self) -> Result<()> {
        let registry = self.channels.secure_channel_registry();
        for channel in registry.get_channel_list() {
            self.ctx
                .stop_address(channel.encryptor_messaging_address())?;
        }
        while !registry.get_channel_list().is_empty() {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn close(&mut self, way: &Way) -> Result<()> {
        let channel = way.channel.as_ref().ok_or("no channel")?;
        Ok(self.ctx.stop_address(channel.encryptor_address())?)
    }

    async fn closed(&mut self, way: &Way) -> Result<()> {
        let channel = way.channel.as_ref().ok_or("no channel")?;
        while self
            .ctx
            .is_worker_registered_at(channel.encryptor_address())?
        {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn ask(&mut self, way: &Way, text: &str) -> Result<String> {
        let mut inbox = self.inbox(way)?;
        let message = message(
            &self.ctx,
            way,
            inbox.primary_address(),
            text.to_string().encode()?,
        );
        self.ctx.forward(message).await?;
        Ok(inbox.receive::<String>().await?.into_body()?)
    }

    async fn exchange(&mut self, way: &Way, bodies: Bodies) -> Result<()> {
        let receiver = self.inbox(way)?;
        let inbox = receiver.primary_address().clone();
        tokio::select! {
            ended = async {
                tokio::try_join!(send(&self.ctx, way, inbox, bodies), receive(receiver, bodies))
            } => ended.map(drop),
            Some(error) = self.errors.recv() => Err(error.into()),
        }
    }
}

impl Upstream {
    /// Opens a channel at the end of a way.
    async fn secure(&self, way: Way, name: &str, peer: Option<&str>) -> Result<Way> {
        let options = SecureChannelOptions::new().with_timeout(HANDSHAKE);
        let options = match peer {
            Some(peer) => options.with_trust_policy(TrustIdentifierPolicy::new(peer.try_into()?)),
            None => options.with_trust_policy(TrustEveryonePolicy),
        };
        let route = way.route.modify().append(name).build();
        let (channels, own) = (&self.channels, &self.identifier);
        let opened = channels.create_secure_channel(&self.ctx, own, route, options);
        let channel = opened.await?;
        Ok(Way {
            answers: channel.flow_control_id().clone(),
            route: route![channel.encryptor_address().clone()],
            channel: Some(channel),
        })
    }

    fn accept(&self, name: &str, options: SecureChannelListenerOptions) -> Result<()> {
        let (channels, own) = (&self.channels, &self.identifier);
        channels.create_secure_channel_listener(&self.ctx, own, name, options)?;
        Ok(())
    }

    /// Opens an address for the answers that come back by a way.
    fn inbox(&self, way: &Way) -> Result<Context> {
        let inbox = Address::random_local();
        self.ctx.flow_controls().add_consumer(&inbox, &way.answers);
        Ok(self.ctx.new_detached(inbox, AllowAll, AllowAll)?)
    }

    /// Listens, and lets peers reach these addresses: as consumers of the listener's flow control.
    async fn listen(&self, address: &str, reached: &[Address]) -> Result<SocketAddr> {
        let tcp = TcpTransport::get_or_create(&self.ctx)?;
        let options = TcpListenerOptions::new();
        let reachable = options.spawner_flow_control_id();
        for address in reached {
            self.ctx.flow_controls().add_consumer(address, &reachable);
        }
        let listener = tcp.listen(address, options).await?;
        Ok(*listener.socket_address())
    }
}

/// `Context::send` in two halves, because sending goes on while answers are received.
async fn send(ctx: &Context, way: &Way, inbox: Address, bodies: Bodies) -> Result<()> {
    for place in 0..bodies.count {
        let payload = match bodies.nth(place) {
            Body::Text(text) => text.encode()?,
            Body::Bytes(bytes) => bytes.encode()?,
        };
        ctx.forward(message(ctx, way, &inbox, payload)).await?;
    }
    Ok(())
}

fn message(ctx: &Context, way: &Way, inbox: &Address, payload: Vec<u8>) -> LocalMessage {
    LocalMessage::new()
        .with_tracing_context(ctx.tracing_context().update())
        .with_onward_route(way.route.clone())
        .with_return_route(route![inbox.clone()])
        .with_payload(payload)
}

async fn receive(mut inbox: Context, bodies: Bodies) -> Result<()> {
    for place in 0..bodies.count {
        let answer = match bodies.kind {
            Kind::Text => Body::Text(inbox.receive::<String>().await?.into_body()?),
            Kind::Bytes => Body::Bytes(inbox.receive::<Vec<u8>>().await?.into_body()?),
        };
        bodies.check(place, &answer)?;
    }
    Ok(())
}

fn upstream_address(hop: &Hop) -> Address {
    let transport = match hop.transport {
        0 => LOCAL,
        1 => TCP,
        other => TransportType::new(other),
    };
    Address::new_with_string(transport, hop.value.clone())
}
