use ockam::{Down, DownReason, NodeBuilder, Result, TcpTransport};
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
