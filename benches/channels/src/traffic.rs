//! Messages over a connection, and through a channel over a connection.

use std::time::Instant;

use ockam::{
    Address, Context, Executor, Identity, NodeBuilder, Route, SecureChannels, TcpTransport, Trust,
    Worker, route,
};

use crate::Result;
use crate::median::median;

/// Answers with its message.
struct Echoer;

impl Worker for Echoer {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Vec<u8>) -> ockam::Result<()> {
        ctx.reply(msg).await
    }
}

/// Takes what it is sent, and answers questions.
struct Sink;

impl Worker for Sink {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Vec<u8>) -> ockam::Result<()> {
        match msg.is_empty() {
            true => ctx.reply(msg).await,
            false => Ok(()),
        }
    }
}

/// The ways to the node at the other end.
struct Ways {
    ctx: Context,
    plain: Address,
    sealed: Address,
}

const ASKS: usize = 5_000;

pub(crate) fn measure(rounds: usize) -> Result<()> {
    // The two nodes have a thread each, as two machines would have at least.
    let (server, mut executor) = start("server")?;
    let (sender, listening) = std::sync::mpsc::channel();
    let serving = std::thread::spawn(move || {
        executor.execute(async move {
            let told = serve(&server).await?;
            // This fails only if nobody measures any more.
            let _ = sender.send(told);
            // The node goes on, until it is stopped.
            std::future::pending::<ockam::Result<()>>().await
        })
    });
    let (address, identifier) = listening.recv()?;
    let (ctx, mut executor) = start("client")?;
    executor.execute(async move {
        let ways = connect(ctx, &address, &identifier).await?;
        let figures = [
            ("round trip of 64 bytes", true, 64, ASKS),
            ("64 bytes one way", false, 64, 200_000),
            ("16 KiB one way", false, 16 * 1024, 8_000),
        ];
        for (name, asks, bytes, count) in figures {
            let (mut ratios, mut plain, mut sealed) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..rounds {
                let one = play(&ways.ctx, &ways.plain, asks, bytes, count).await?;
                let other = play(&ways.ctx, &ways.sealed, asks, bytes, count).await?;
                ratios.push(other / one);
                plain.push(one);
                sealed.push(other);
            }
            let (ratio, plain, sealed) = (median(ratios), median(plain), median(sealed));
            println!(
                "| {name} | TCP {plain:.0} ns, channel {sealed:.0} ns: time × {ratio:.2}, rate × {:.2} |",
                1.0 / ratio
            );
        }
        ways.ctx.stop().await
    })?;
    // The server has nobody to stop it but the end of the process.
    drop(serving);
    Ok(())
}

fn start(name: &str) -> ockam::Result<(Context, Executor)> {
    NodeBuilder::new().name(name).worker_threads(1).build()
}

async fn serve(ctx: &Context) -> ockam::Result<(String, ockam::Identifier)> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.start_worker("sink", Sink).await?;
    let identity = Identity::create().await?;
    let identifier = identity.identifier();
    let channels = SecureChannels::new(ctx, identity)?;
    channels
        .listen("secure", Trust::anyone(), ["echoer", "sink"])
        .await?;
    let exposed = ["echoer", "sink", "secure"];
    let listener = TcpTransport::new(ctx)?
        .listen("127.0.0.1:0", exposed)
        .await?;
    Ok((listener.local_address().to_owned(), identifier))
}

async fn connect(ctx: Context, address: &str, peer: &ockam::Identifier) -> ockam::Result<Ways> {
    let tcp = TcpTransport::new(&ctx)?;
    let plain = tcp.connect(address).await?;
    // The channel has a connection of its own below it.
    let below = tcp.connect(address).await?;
    let channels = SecureChannels::new(&ctx, Identity::create().await?)?;
    let route = route![&below, "secure"];
    let sealed = channels.connect(route, Trust::only(*peer)).await?;
    Ok(Ways {
        plain: plain.address().clone(),
        sealed: sealed.address().clone(),
        ctx,
    })
}

/// Returns the nanoseconds of a message.
async fn play(
    ctx: &Context,
    by: &Address,
    asks: bool,
    bytes: usize,
    count: usize,
) -> ockam::Result<f64> {
    let body = vec![7_u8; bytes];
    let begin = Instant::now();
    if asks {
        let echoer: Route = route![by, "echoer"];
        for _ in 0..count {
            let _: Vec<u8> = ctx.ask(&echoer, body.clone()).await?;
        }
    } else {
        let sink: Route = route![by, "sink"];
        for _ in 0..count {
            ctx.send_message(&sink, body.clone()).await?;
        }
        let _: Vec<u8> = ctx.ask(&sink, Vec::<u8>::new()).await?;
    }
    Ok(begin.elapsed().as_nanos() as f64 / count as f64)
}
