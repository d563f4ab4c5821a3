//! Both ends of a channel, over TCP, in one process.

use std::io::stdin;

use ockam::{
    Address, Context, Identity, NodeBuilder, Result, Routed, SecureChannels, TcpTransport, Trust,
    Worker, async_worker, route,
};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// So many messages go through the channel, that it has renewed its keys.
const MESSAGES: u64 = 200;

/// Answers with its message, and tells by which channel it has come.
struct Echoer(UnboundedSender<Address>);

#[async_worker]
impl Worker for Echoer {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        if let Some(by) = msg.return_route().first() {
            // This fails when all have been asked.
            let _ = self.0.send(by.clone());
        }
        ctx.reply(msg.into_body()).await
    }
}

/// Opens a channel, prints `open`, waits for a line, closes the channel, prints `closed`, and waits for the end of
/// the standard input.
pub(crate) fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (alices, bobs) = (
            NodeBuilder::new().start().await?,
            NodeBuilder::new().start().await?,
        );
        let bob = Identity::create().await?;
        let channels = SecureChannels::new(&bobs, bob.clone())?;
        let (sender, mut by) = unbounded_channel();
        bobs.start_worker("echoer", Echoer(sender)).await?;
        channels.listen("secure", Trust::anyone(), "echoer").await?;
        let listener = TcpTransport::new(&bobs)?
            .listen("127.0.0.1:0", "secure")
            .await?;

        let connection = TcpTransport::new(&alices)?
            .connect(listener.local_address())
            .await?;
        let alice = SecureChannels::new(&alices, Identity::create().await?)?;
        let trust = Trust::only(bob.identifier());
        let channel = alice.connect(route![&connection, "secure"], trust).await?;
        for number in 0..MESSAGES {
            let echo: u64 = alices.ask(route![&channel, "echoer"], number).await?;
            assert_eq!(echo, number);
        }
        println!("open");
        wait_for_line().await?;
        channel.close().await;
        let accepted = by.recv().await;
        if let Some(accepted) = accepted {
            bobs.sender().ended(accepted).await;
        }
        println!("closed");
        wait_for_line().await
    })
}

async fn wait_for_line() -> Result<()> {
    let read = tokio::task::spawn_blocking(|| stdin().read_line(&mut String::new()));
    read.await?.map(drop)?;
    Ok(())
}
