use std::time::Duration;

use ockam::{
    ConnectionState, Context, Down, DownReason, ErrorKind, Listener, NodeBuilder, Result,
    TcpTransport, TransportSettings, route,
};
use ockam_contract::pace::soon;

/// Both ends of a connection hear that it has ended, whichever of the two closes it.
#[tokio::test]
async fn a_connection_that_is_closed_is_told() -> Result<()> {
    let server = NodeBuilder::new().start().await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", "app")
        .await?;
    let mut client = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&client)?;
    let connection = tcp.connect(listener.local_address()).await?;
    client.monitor(connection.address())?;
    let ended = client.sender().ended(connection.address().clone());
    connection.close().await;
    let down = soon(client.receive::<Down>()).await?;
    assert_eq!(down.address(), connection.address());
    assert_eq!(down.reason(), &DownReason::Stopped);
    assert_eq!(soon(ended).await.reason(), &DownReason::Stopped);
    client.stop().await?;
    server.stop().await
}

/// Starts a node that listens, and answers at `echoer`.
async fn serve(address: &str) -> Result<(Context, Listener)> {
    let server = NodeBuilder::new().start().await?;
    server.start_worker("echoer", Echoer).await?;
    let tcp = TcpTransport::new(&server)?;
    // The node before may not have freed the address yet.
    loop {
        match tcp.listen(address, "echoer").await {
            Ok(listener) => return Ok((server, listener)),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

struct Echoer;

impl ockam::Worker for Echoer {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[tokio::test]
async fn a_connection_that_is_lost_and_back_is_told_to_those_who_asked() -> Result<()> {
    let (server, listener) = soon(serve("127.0.0.1:0")).await?;
    let address = listener.local_address().to_owned();
    let mut client = NodeBuilder::new().start().await?;
    let settings = TransportSettings::new().max_backoff(Duration::from_millis(50));
    let tcp = TcpTransport::with_settings(&client, settings)?;
    let connection = tcp.connect(&address).await?;
    client.monitor(&connection)?.with_restarts();
    let plain = client.sender().ended(&connection);
    let mut server = server;
    for _ in 0..3 {
        soon(server.stop()).await?;
        let down = soon(client.receive::<Down>()).await?;
        assert_eq!(
            (down.address(), down.reason()),
            (connection.address(), &DownReason::Unreachable)
        );
        assert_eq!(connection.state(), ConnectionState::Lost);
        (server, _) = soon(serve(&address)).await?;
        let down = soon(client.receive::<Down>()).await?;
        assert!(
            matches!(down.reason(), DownReason::Restarted(_)),
            "{down}: it is the time to say hello again"
        );
        assert_eq!(connection.state(), ConnectionState::Connected);
        let answer = client.ask::<u64>(route![&connection, "echoer"], 7_u64);
        assert_eq!(soon(answer).await?, 7);
    }
    soon(connection.close()).await;
    assert_eq!(connection.state(), ConnectionState::Closed);
    let down = soon(client.receive::<Down>()).await?;
    assert_eq!(down.reason(), &DownReason::Stopped);
    assert_eq!(soon(plain).await.reason(), &DownReason::Stopped, "once");
    let more = client.receive_timeout::<Down>(Duration::ZERO).await;
    assert!(more.is_err(), "{more:?}");
    client.stop().await?;
    server.stop().await
}

#[tokio::test]
async fn a_peer_that_starts_later_is_connected_to_within_the_time() -> Result<()> {
    let client = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&client)?;
    let (server, listener) = soon(serve("127.0.0.1:0")).await?;
    let address = listener.local_address().to_owned();
    soon(server.stop()).await?;
    let nobody = tcp
        .connect_within(&address, Duration::from_millis(300))
        .await;
    assert_eq!(nobody.unwrap_err().kind(), ErrorKind::NoRoute);
    let never = tcp.connect_within(&address, Duration::ZERO).await;
    assert!(never.is_err());

    let connecting = tcp.connect_within(&address, Duration::MAX);
    let serving = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        serve(&address).await
    };
    let (connected, served) = soon(async { tokio::join!(connecting, serving) }).await;
    let (connection, (server, _)) = (connected?, served?);
    let answer = client.ask::<u64>(route![&connection, "echoer"], 7_u64);
    assert_eq!(soon(answer).await?, 7);
    client.stop().await?;
    server.stop().await
}
