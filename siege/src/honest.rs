//! Clients that ask and send, and remember what came of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ockam::{
    Address, Connection, Context, Identity, NodeBuilder, Result, SecureChannel, SecureChannels,
    TcpTransport, Trust, route,
};
use ockam_contract::target::SECURE;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// The pause between two asks of a client.
const PAUSE: Duration = Duration::from_millis(5);

/// What a client saw.
#[derive(Default)]
pub(crate) struct Seen {
    /// How long each answer took.
    pub(crate) latencies: Vec<Duration>,
    /// The errors of asks that were not answered.
    pub(crate) failures: Vec<String>,
    /// The number of messages that were sent.
    pub(crate) sent: u64,
    /// The number of those that were reported as not delivered, or refused at once.
    pub(crate) reported: u64,
}

/// Starts a client, which goes on until it is over.
pub(crate) fn client(
    server: &str,
    secure: bool,
    is_over: Arc<AtomicBool>,
) -> JoinHandle<Result<Seen>> {
    let server = server.to_owned();
    tokio::spawn(async move {
        let ctx = NodeBuilder::new().name("honest").start().await?;
        let way = Way::open(&ctx, &server, secure).await?;
        let (echoer, counter) = (
            route![way.address(), "echoer"],
            route![way.address(), "counter"],
        );
        let mut seen = Seen::default();
        while !is_over.load(Ordering::Relaxed) {
            let question = vec![seen.sent as u8; 100];
            let begin = Instant::now();
            match ctx.ask::<Vec<u8>>(&echoer, question.clone()).await {
                Ok(answer) if answer == question => seen.latencies.push(begin.elapsed()),
                Ok(_) => seen.failures.push("another answer".to_owned()),
                Err(error) => seen.failures.push(format!("{error:#}")),
            }
            seen.sent += 1;
            if ctx.send_message(&counter, 1_u64).await.is_err() {
                seen.reported += 1;
            }
            sleep(PAUSE).await;
        }
        // What is queued is sent before this returns.
        way.close().await;
        seen.reported += ctx.dead_letters();
        ctx.stop().await?;
        Ok(seen)
    })
}

/// Asks the node how many messages it has counted.
pub(crate) async fn counted(server: &str, secure: bool) -> Result<u64> {
    let ctx = NodeBuilder::new().name("honest").start().await?;
    let way = Way::open(&ctx, server, secure).await?;
    let counted = ctx.ask(route![way.address(), "counter"], 0_u64).await?;
    ctx.stop().await?;
    Ok(counted)
}

/// A connection to the node, and a channel through it if there is one.
struct Way {
    connection: Connection,
    channel: Option<SecureChannel>,
}

impl Way {
    async fn open(ctx: &Context, server: &str, secure: bool) -> Result<Self> {
        let connection = TcpTransport::new(ctx)?.connect(server).await?;
        let channel = match secure {
            false => None,
            true => {
                let channels = SecureChannels::new(ctx, Identity::create().await?)?;
                let route = route![&connection, SECURE];
                Some(channels.connect(route, Trust::anyone()).await?)
            }
        };
        Ok(Self {
            connection,
            channel,
        })
    }

    fn address(&self) -> &Address {
        let channel = self.channel.as_ref().map(SecureChannel::address);
        channel.unwrap_or_else(|| self.connection.address())
    }

    async fn close(&self) {
        match &self.channel {
            Some(channel) => channel.close().await,
            None => self.connection.close().await,
        }
    }
}
