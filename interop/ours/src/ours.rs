use std::net::SocketAddr;
use std::time::Duration;

use ockam::{
    Address, Context, Down, Identity, Route, SecureChannel, SecureChannels, TcpTransport,
    TransportType, Trust,
};
use peer::{Bodies, Body, GONE, Hop, INNER, Kind, PAUSE, Result, SECURE, SLOW, Through, WHO};

use crate::echoers::{BytesEchoer, SlowEchoer, TextEchoer};
use crate::who::{Gone, Last, Who};

/// How long an answer may take: as long as upstream waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// A node of this framework.
pub(crate) struct Ours {
    ctx: Context,
    tcp: TcpTransport,
    identity: Identity,
    channels: SecureChannels,
}

/// The way to a worker, and the channel that it begins with.
pub(crate) struct Way {
    channel: Option<SecureChannel>,
    route: Route,
}

impl peer::Node for Ours {
    type Route = Way;

    fn run<F, Fut>(main: F) -> Result<()>
    where
        F: FnOnce(Self) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let (ctx, mut executor) = ockam::start_node();
        executor.execute(async move {
            let end = ctx.open("end")?;
            let tcp = TcpTransport::new(&ctx)?;
            let identity = Identity::create().await?;
            let channels = SecureChannels::new(&ctx, identity.clone())?;
            let node = Self {
                ctx,
                tcp,
                identity,
                channels,
            };
            let played = main(node).await;
            end.stop().await?;
            Ok(played)
        })?
    }

    async fn respond(&mut self, listen: &str) -> Result<SocketAddr> {
        let ctx = &self.ctx;
        ctx.start_worker(Kind::Text.worker(), TextEchoer).await?;
        ctx.start_worker(Kind::Bytes.worker(), BytesEchoer).await?;
        ctx.start_worker(SLOW, SlowEchoer { pause: PAUSE }).await?;
        let last = Last::default();
        ctx.start_worker(WHO, Who { last: last.clone() }).await?;
        ctx.start_worker(GONE, Gone { last }).await?;
        let [text, bytes] = [Kind::Text, Kind::Bytes].map(Kind::worker);
        let exposed = [text, bytes, SLOW, WHO];
        let channels = &self.channels;
        channels.listen(INNER, Trust::anyone(), exposed).await?;
        let with_inner = [text, bytes, SLOW, WHO, INNER];
        channels.listen(SECURE, Trust::anyone(), with_inner).await?;
        let reached = [text, bytes, SLOW, SECURE, GONE];
        let listener = self.tcp.listen(listen, reached).await?;
        Ok(listener.local_address().parse()?)
    }

    async fn forward(&mut self, listen: &str, next: &str) -> Result<(SocketAddr, Vec<Hop>)> {
        let hop = Hop::tcp(next);
        let listener = self.tcp.listen(listen, our_address(&hop)).await?;
        Ok((listener.local_address().parse()?, vec![hop]))
    }

    async fn connect(
        &mut self,
        address: &str,
        hops: &[Hop],
        through: &Through,
        worker: &str,
    ) -> Result<Way> {
        let trust = match &through.peer {
            Some(peer) => Trust::only(peer.parse()?),
            None => Trust::anyone(),
        };
        let peer = self.tcp.connect(address).await?;
        let mut route = Route::from(peer.address());
        for hop in hops {
            route.push_back(our_address(hop));
        }
        let mut channel = None;
        for name in &through.channels {
            route.push_back(name.as_str());
            let opened = self.channels.connect(route, trust.clone()).await?;
            route = Route::from(opened.address());
            channel = Some(opened);
        }
        route.push_back(worker);
        Ok(Way { channel, route })
    }

    fn beside(way: &Way, worker: &str) -> Way {
        let hops = way.route.as_slice();
        let mut route: Route = hops[..hops.len() - 1].iter().cloned().collect();
        route.push_back(worker);
        let channel = way.channel.clone();
        Way { channel, route }
    }

    fn identifier(&self) -> String {
        self.identity.identifier().to_string()
    }

    async fn rotate(&mut self) -> Result<()> {
        Ok(self.identity.rotate().await?)
    }

    /// They are closed when the node stops.
    async fn close_accepted(&mut self) -> Result<()> {
        Ok(())
    }

    async fn close(&mut self, way: &Way) -> Result<()> {
        way.channel.as_ref().ok_or("no channel")?.close().await;
        Ok(())
    }

    async fn closed(&mut self, way: &Way) -> Result<()> {
        let channel = way.channel.as_ref().ok_or("no channel")?;
        self.ctx.monitor(channel)?.with_restarts();
        // It is lost, and would be made again.
        self.ctx.receive_timeout::<Down>(PATIENCE).await?;
        Ok(())
    }

    async fn ask(&mut self, way: &Way, text: &str) -> Result<String> {
        let asked = self.ctx.ask_timeout(&way.route, text.to_string(), PATIENCE);
        Ok(asked.await?)
    }

    async fn exchange(&mut self, way: &Way, bodies: Bodies) -> Result<()> {
        let route = &way.route;
        match (bodies.count, bodies.nth(0)) {
            (1, Body::Text(text)) => bodies.check(0, &Body::Text(self.ctx.ask(route, text).await?)),
            (1, Body::Bytes(bytes)) => {
                bodies.check(0, &Body::Bytes(self.ctx.ask(route, bytes).await?))
            }
            _ => self.send_and_receive(route, bodies).await,
        }
    }
}

impl Ours {
    /// Sends without asking, and receives what the workers answer to that.
    async fn send_and_receive(&mut self, route: &Route, bodies: Bodies) -> Result<()> {
        let sender = self.ctx.sender();
        let sending = async {
            for place in 0..bodies.count {
                match bodies.nth(place) {
                    Body::Text(text) => sender.send_message(route, text).await?,
                    Body::Bytes(bytes) => sender.send_message(route, bytes).await?,
                }
            }
            Ok(())
        };
        tokio::try_join!(sending, receive(&mut self.ctx, bodies)).map(drop)
    }
}

async fn receive(ctx: &mut Context, bodies: Bodies) -> Result<()> {
    for place in 0..bodies.count {
        let answer = match bodies.kind {
            Kind::Text => Body::Text(ctx.receive_timeout::<String>(PATIENCE).await?.into_body()),
            Kind::Bytes => Body::Bytes(ctx.receive_timeout::<Vec<u8>>(PATIENCE).await?.into_body()),
        };
        bodies.check(place, &answer)?;
    }
    Ok(())
}

fn our_address(hop: &Hop) -> Address {
    Address::new(TransportType::new(hop.transport), hop.value.as_bytes())
}
