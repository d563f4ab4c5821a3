//! Carries the bytes of attackers through secure channels: whoever connects to it speaks with the node through a channel
//! of its own, without knowing of it.

use ockam::{Context, Identity, NodeBuilder, Result, Route, TcpTransport, route};
use ockam_contract::target::SECURE;
use ockam_secure_channel::data::{NUMBER_BYTES, Opener, Sealer};
use ockam_secure_channel::handshake::Initiator;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// The kind of a record with bytes, and how many it may have.
const BYTES: u8 = 0;
const MAX_BYTES: usize = 64 * 1024;

/// Carries bytes until the process is killed. The first line on stdout is the address.
pub(crate) fn run(server: &str) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            let server = server.to_owned();
            tokio::spawn(async move {
                // The attacker finds its connection closed.
                let _ = carry(stream, &server).await;
            });
        }
    })
}

/// Carries the bytes of one connection, by a node of its own, so that each attacker has a connection below its channel.
async fn carry(stream: TcpStream, server: &str) -> Result<()> {
    let ctx = NodeBuilder::new().name("tunnel").start().await?;
    let carried = through_channel(&ctx, stream, server).await;
    ctx.stop().await?;
    carried
}

async fn through_channel(ctx: &Context, stream: TcpStream, server: &str) -> Result<()> {
    let connection = TcpTransport::new(ctx)?.connect(server).await?;
    let mut inbox = ctx.open("inbox")?;
    let (initiator, first) = Initiator::begin(&Identity::create().await?).await?;
    inbox
        .send_message(route![&connection, SECURE], first)
        .await?;
    let second = inbox.receive::<Vec<u8>>().await?;
    let to_peer = second.return_route().clone();
    let (channel, third) = initiator.finish(&second.into_body(), &|_| Ok(())).await?;
    inbox.send_message(&to_peer, third).await?;
    connection.expose("inbox");
    let (reader, writer) = stream.into_split();
    let sender = inbox.sender();
    let up = up(reader, &sender, &to_peer, channel.sealer);
    let down = down(writer, &mut inbox, channel.opener);
    tokio::select! {
        ended = up => ended,
        ended = down => ended,
    }
}

async fn up(
    mut reader: OwnedReadHalf,
    sender: &ockam::Sender,
    to_peer: &Route,
    mut sealer: Sealer,
) -> Result<()> {
    let mut bytes = vec![0; MAX_BYTES];
    loop {
        let length = reader.read(&mut bytes).await?;
        if length == 0 {
            return Ok(());
        }
        let mut frame = vec![0; NUMBER_BYTES];
        frame.push(BYTES);
        frame.extend_from_slice(&bytes[..length]);
        sealer.seal(&mut frame)?;
        sender.send_message(to_peer, frame).await?;
    }
}

async fn down(mut writer: OwnedWriteHalf, inbox: &mut Context, mut opener: Opener) -> Result<()> {
    loop {
        let mut frame = inbox.receive::<Vec<u8>>().await?.into_body();
        match opener
            .open(&mut frame)
            .ok()
            .and_then(|it| it.plaintext.split_first())
        {
            Some((&BYTES, bytes)) => writer.write_all(bytes).await?,
            _ => return Ok(()),
        }
    }
}
