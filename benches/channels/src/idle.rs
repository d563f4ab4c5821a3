//! A thousand channels at once, over one connection, and what each of them takes while nothing passes.

use std::fs::read_to_string;
use std::time::Instant;

use ockam::{Context, Identity, NodeBuilder, SecureChannels, TcpTransport, Trust, Worker, route};

use crate::Result;

const CHANNELS: usize = 1_000;

/// How many handshakes are under way at the same time.
const AT_ONCE: usize = 50;

struct Echoer;

impl Worker for Echoer {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> ockam::Result<()> {
        ctx.reply(msg).await
    }
}

pub(crate) fn measure() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let bobs = NodeBuilder::new().start().await?;
        bobs.start_worker("echoer", Echoer).await?;
        let channels = SecureChannels::new(&bobs, Identity::create().await?)?;
        channels.listen("secure", Trust::anyone(), "echoer").await?;
        let listener = TcpTransport::new(&bobs)?.listen("127.0.0.1:0", "secure").await?;
        let alices = NodeBuilder::new().start().await?;
        let connection = TcpTransport::new(&alices)?.connect(listener.local_address()).await?;
        let channels = SecureChannels::new(&alices, Identity::create().await?)?;
        let to_bob = || route![&connection, "secure"];
        // What is allocated once is there before.
        channels.connect(to_bob(), Trust::anyone()).await?;
        let (before, begin) = (resident()?, Instant::now());
        let mut opened = Vec::new();
        for _ in 0..CHANNELS / AT_ONCE {
            let opening: Vec<_> = (0..AT_ONCE)
                .map(|_| {
                    let (channels, route) = (channels.clone(), to_bob());
                    tokio::spawn(async move { channels.connect(route, Trust::anyone()).await })
                })
                .collect();
            for channel in opening {
                opened.push(channel.await??);
            }
        }
        let took = begin.elapsed();
        let bytes = resident()?.saturating_sub(before) / CHANNELS;
        for (number, channel) in opened.iter().enumerate() {
            let number = number as u64;
            let echo: u64 = alices.ask(route![channel, "echoer"], number).await?;
            assert_eq!(echo, number);
        }
        println!("| {CHANNELS} channels at once | opened in {took:.1?}, both nodes on two threads; each answers |");
        println!("| an idle channel, both ends | {bytes} bytes of resident memory |");
        alices.stop().await?;
        bobs.stop().await?;
        Ok(())
    })
}

/// Returns the resident bytes of this process.
fn resident() -> Result<usize> {
    let status = read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no VmRSS")?.parse::<usize>()? * 1024)
}
