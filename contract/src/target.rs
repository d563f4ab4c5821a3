//! The node that attackers are let loose on, as a process: `tests/hostile` and `siege` run it.

use std::future::pending;
use std::time::Duration;

use ockam::{
    Address, Addresses, Context, Error, ErrorKind, Identity, NodeBuilder, Result, Route,
    SecureChannels, TcpTransport, TransportType, Trust, Worker, async_worker, route,
};
use serde::{Deserialize, Serialize};
use tokio_stream::{StreamExt, iter};

use crate::hop::Hop;

/// The addresses that the node exposes. `secret` is there, too, and not exposed.
pub const EXPOSED: [&str; 10] = [
    "echoer", "counter", "texts", "slow", "stuck", "failing", "routes", "trees", "hop", "parts",
];

/// Where channels are opened.
pub const SECURE: &str = "secure";

/// Runs the node on two threads until a signal stops it. Its first line on stdout is the address at
/// which it listens. The arguments say what it does:
///
/// - `serve ADDRESS` listens and exposes the workers of [`EXPOSED`];
/// - `secure ADDRESS` listens and exposes [`SECURE`], where everybody may open a channel that reaches these workers;
/// - `middle ADDRESS NEXT` listens and exposes a connection to the node `NEXT`;
/// - `client SERVER` listens to nobody. It connects, exposes nothing, and asks the `echoer` there.
/// - `readers SERVER COUNT` listens to nobody. It connects, begins so many answers of the `parts` there without
///   reading them, prints `asked`, reads one more to its end, and prints how many parts that had.
///
/// # Errors
///
/// Returns an error if it can't listen, or the arguments say something else.
pub fn run(arguments: impl IntoIterator<Item = String>) -> Result<()> {
    let (ctx, mut executor) = NodeBuilder::new()
        .worker_threads(2)
        .stop_timeout(Duration::from_secs(2))
        .build()?;
    let arguments: Vec<String> = arguments.into_iter().collect();
    executor.execute(async move {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        match arguments[..] {
            ["serve", address] => serve(&ctx, address).await?,
            ["secure", address] => secure(&ctx, address).await?,
            ["middle", address, next] => middle(&ctx, address, next).await?,
            ["client", server] => client(&ctx, server).await?,
            ["readers", server, count] => readers(&ctx, server, count.parse()?).await?,
            _ => return Err(Error::new(ErrorKind::InvalidInput, "no such arguments")),
        }
        // The node goes on.
        Ok(())
    })
}

async fn serve(ctx: &Context, address: &str) -> Result<()> {
    start_workers(ctx).await?;
    listen(ctx, address, EXPOSED.into()).await
}

async fn secure(ctx: &Context, address: &str) -> Result<()> {
    start_workers(ctx).await?;
    let channels = SecureChannels::new(ctx, Identity::create().await?)?;
    channels.listen(SECURE, Trust::anyone(), EXPOSED).await?;
    listen(ctx, address, SECURE.into()).await
}

async fn listen(ctx: &Context, address: &str, exposed: Addresses) -> Result<()> {
    let listener = TcpTransport::new(ctx)?.listen(address, exposed).await?;
    println!("{}", listener.local_address());
    Ok(())
}

async fn start_workers(ctx: &Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.start_worker("counter", Counter(0)).await?;
    ctx.start_worker("texts", Texts).await?;
    ctx.start_worker("slow", Slow).await?;
    ctx.start_worker("stuck", Stuck).await?;
    ctx.start_worker("failing", Failing).await?;
    ctx.start_worker("routes", Routes).await?;
    ctx.start_worker("trees", Trees).await?;
    ctx.start_worker("hop", Hop).await?;
    ctx.start_worker("parts", Parts).await?;
    ctx.start_worker("secret", Secret).await?;
    Ok(())
}

async fn middle(ctx: &Context, address: &str, next: &str) -> Result<()> {
    let next = Address::new(TransportType::TCP, next);
    listen(ctx, address, next.into()).await
}

async fn client(ctx: &Context, server: &str) -> Result<()> {
    let connection = TcpTransport::new(ctx)?.connect(server).await?;
    println!("connected");
    loop {
        // A hostile server answers as it likes.
        let _ = ctx
            .ask::<Vec<u8>>(route![&connection, "echoer"], vec![7_u8])
            .await;
        println!("asked");
    }
}

async fn readers(ctx: &Context, server: &str, count: usize) -> Result<()> {
    let connection = TcpTransport::new(ctx)?.connect(server).await?;
    let parts = route![&connection, "parts"];
    let asking = (0..ASKING_TASKS).map(|task| {
        let (sender, parts) = (ctx.sender(), parts.clone());
        tokio::spawn(async move {
            let mut unread = Vec::new();
            for _ in (task..count).step_by(ASKING_TASKS) {
                unread.push(sender.ask_stream::<Vec<u8>>(&parts, u64::MAX).await?);
            }
            Ok::<_, Error>(unread)
        })
    });
    let mut unread = Vec::new();
    for asked in asking.collect::<Vec<_>>() {
        unread.extend(asked.await??);
    }
    println!("asked");
    let mut answer = ctx.ask_stream::<Vec<u8>>(&parts, READ_PARTS).await?;
    let mut read = 0;
    while let Some(part) = answer.next().await {
        read += part?.len() / PART_BYTES;
    }
    println!("{read}");
    pending().await
}

/// How many tasks of `readers` ask at the same time.
const ASKING_TASKS: usize = 100;

/// How many parts `readers` reads.
pub const READ_PARTS: u64 = 2_000;

/// The size of the parts of `parts`.
const PART_BYTES: usize = 256;

/// Answers with as many parts as it is asked for.
struct Parts;

#[async_worker]
impl Worker for Parts {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, parts: u64) -> Result<()> {
        ctx.reply_stream(iter(0..parts).map(|_| vec![7_u8; PART_BYTES]))
            .await
    }
}

/// Answers with its message.
struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Vec<u8>) -> Result<()> {
        ctx.reply(msg).await
    }
}

/// Adds numbers up, and answers with the sum if there is somebody to answer.
struct Counter(u64);

#[async_worker]
impl Worker for Counter {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.0 += msg;
        match msg {
            0 => ctx.reply(self.0).await,
            _ => Ok(()),
        }
    }
}

/// Answers with the length of a text.
struct Texts;

#[async_worker]
impl Worker for Texts {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg.len() as u64).await
    }
}

/// Takes its time for each message.
struct Slow;

#[async_worker]
impl Worker for Slow {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: Vec<u8>) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok(())
    }
}

/// Never finishes its first message.
struct Stuck;

#[async_worker]
impl Worker for Stuck {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: Vec<u8>) -> Result<()> {
        pending().await
    }
}

/// Fails with what it was sent.
struct Failing;

#[async_worker]
impl Worker for Failing {
    type Message = String;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: String) -> Result<()> {
        Err(Error::new(ErrorKind::InvalidInput, msg))
    }
}

/// Answers with the number of addresses of a route.
struct Routes;

#[async_worker]
impl Worker for Routes {
    type Message = Route;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Route) -> Result<()> {
        ctx.reply(msg.len() as u64).await
    }
}

/// A message of any depth.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tree(Vec<Tree>);

/// Answers with the number of branches of a tree.
struct Trees;

#[async_worker]
impl Worker for Trees {
    type Message = Tree;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Tree) -> Result<()> {
        ctx.reply(msg.0.len() as u64).await
    }
}

/// Says that it was reached.
struct Secret;

#[async_worker]
impl Worker for Secret {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: Vec<u8>) -> Result<()> {
        println!("the secret is out");
        Ok(())
    }
}
