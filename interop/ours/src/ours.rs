use std::net::SocketAddr;
use std::time::Duration;

use ockam::{Address, Context, Route, TcpTransport, TransportType};
use peer::{Bodies, Body, Hop, Kind, PAUSE, Result, SLOW};

use crate::echoers::{BytesEchoer, SlowEchoer, TextEchoer};

/// How long an answer may take: as long as upstream waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// A node of this framework.
pub(crate) struct Ours {
    ctx: Context,
    tcp: TcpTransport,
}

impl peer::Node for Ours {
    type Route = Route;

    fn run<F, Fut>(main: F) -> Result<()>
    where
        F: FnOnce(Self) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let (ctx, mut executor) = ockam::start_node();
        executor.execute(async move {
            let end = ctx.open("end")?;
            let tcp = TcpTransport::new(&ctx)?;
            let played = main(Self { ctx, tcp }).await;
            end.stop().await?;
            Ok(played)
        })?
    }

    async fn respond(&mut self, listen: &str) -> Result<SocketAddr> {
        let ctx = &self.ctx;
        ctx.start_worker(Kind::Text.worker(), TextEchoer).await?;
        ctx.start_worker(Kind::Bytes.worker(), BytesEchoer).await?;
        ctx.start_worker(SLOW, SlowEchoer { pause: PAUSE }).await?;
        let workers = [Kind::Text.worker(), Kind::Bytes.worker(), SLOW];
        let listener = self.tcp.listen(listen, workers).await?;
        Ok(listener.local_address().parse()?)
    }

    async fn forward(&mut self, listen: &str, next: &str) -> Result<(SocketAddr, Vec<Hop>)> {
        let hop = Hop::tcp(next);
        let listener = self.tcp.listen(listen, our_address(&hop)).await?;
        Ok((listener.local_address().parse()?, vec![hop]))
    }

    async fn connect(&mut self, address: &str, hops: &[Hop]) -> Result<Route> {
        let peer = self.tcp.connect(address).await?;
        let mut route = Route::from(peer.address());
        for hop in hops {
            route.push_back(our_address(hop));
        }
        Ok(route)
    }

    async fn exchange(&mut self, route: &Route, bodies: Bodies) -> Result<()> {
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
