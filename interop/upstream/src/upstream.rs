use std::net::SocketAddr;

use ockam::tcp::{TCP, TcpConnection, TcpConnectionOptions, TcpListenerOptions, TcpTransport};
use ockam::{Address, Context, Encodable, LocalMessage, NodeBuilder, Route, route};
use ockam_core::{AllowAll, LOCAL, TransportType};
use peer::{Bodies, Body, Hop, Kind, PAUSE, Result, SLOW};

use crate::echoers::{BytesEchoer, SlowEchoer, TextEchoer};
use crate::errors::{self, Errors};
use crate::forwarder::Forwarder;

/// A node of upstream Ockam.
pub(crate) struct Upstream {
    ctx: Context,
    errors: Errors,
}

/// The way to a worker, and the connection that it begins with.
pub(crate) struct Way {
    connection: TcpConnection,
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
            let played = main(Self { ctx, errors }).await;
            end.shutdown_node().await?;
            played
        })?
    }

    async fn respond(&mut self, listen: &str) -> Result<SocketAddr> {
        let ctx = &self.ctx;
        ctx.start_worker(Kind::Text.worker(), TextEchoer)?;
        ctx.start_worker(Kind::Bytes.worker(), BytesEchoer)?;
        ctx.start_worker(SLOW, SlowEchoer { pause: PAUSE })?;
        let workers = [Kind::Text.worker(), Kind::Bytes.worker(), SLOW];
        self.listen(listen, &workers).await
    }

    async fn forward(&mut self, listen: &str, next: &str) -> Result<(SocketAddr, Vec<Hop>)> {
        let tcp = TcpTransport::get_or_create(&self.ctx)?;
        let next = tcp.connect(next, TcpConnectionOptions::new()).await?;
        self.ctx.start_worker("forward", Forwarder { next })?;
        let address = self.listen(listen, &["forward"]).await?;
        Ok((address, vec![Hop::worker("forward")]))
    }

    async fn connect(&mut self, address: &str, hops: &[Hop]) -> Result<Way> {
        let tcp = TcpTransport::get_or_create(&self.ctx)?;
        let connection = tcp.connect(address, TcpConnectionOptions::new()).await?;
        let mut route = route![connection.sender_address().clone()].modify();
        for hop in hops {
            route = route.append(upstream_address(hop));
        }
        let route = route.build();
        Ok(Way { connection, route })
    }

    async fn exchange(&mut self, way: &Way, bodies: Bodies) -> Result<()> {
        let inbox = Address::random_local();
        let answers = way.connection.flow_control_id();
        self.ctx.flow_controls().add_consumer(&inbox, answers);
        let receiver = self.ctx.new_detached(inbox.clone(), AllowAll, AllowAll)?;
        tokio::select! {
            ended = async {
                tokio::try_join!(send(&self.ctx, &way.route, inbox, bodies), receive(receiver, bodies))
            } => ended.map(drop),
            Some(error) = self.errors.recv() => Err(error.into()),
        }
    }
}

impl Upstream {
    /// Listens, and lets peers reach these workers: as consumers of the listener's flow control.
    async fn listen(&self, address: &str, workers: &[&str]) -> Result<SocketAddr> {
        let tcp = TcpTransport::get_or_create(&self.ctx)?;
        let options = TcpListenerOptions::new();
        let reachable = options.spawner_flow_control_id();
        for worker in workers {
            let worker = Address::from_string(*worker);
            self.ctx.flow_controls().add_consumer(&worker, &reachable);
        }
        let listener = tcp.listen(address, options).await?;
        Ok(*listener.socket_address())
    }
}

/// `Context::send` in two halves, because sending goes on while answers are received.
async fn send(ctx: &Context, route: &Route, inbox: Address, bodies: Bodies) -> Result<()> {
    for place in 0..bodies.count {
        let payload = match bodies.nth(place) {
            Body::Text(text) => text.encode()?,
            Body::Bytes(bytes) => bytes.encode()?,
        };
        let message = LocalMessage::new()
            .with_tracing_context(ctx.tracing_context().update())
            .with_onward_route(route.clone())
            .with_return_route(route![inbox.clone()])
            .with_payload(payload);
        ctx.forward(message).await?;
    }
    Ok(())
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
