//! Listening, and connecting by host and port.

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, TcpTransport, TransportSettings, route};
use ockam_contract::pace::soon;
use tokio::net::TcpListener;

use crate::nodes::{connecting, listening, pair, tcp_address};
use crate::raw::Raw;
use crate::workers::Echoer;

/// Returns the answer of the echoer at the end of a route.
async fn echo(ctx: &Context, route: impl Into<ockam::Route>) -> Result<String> {
    soon(ctx.ask(route, "hello".to_string())).await
}

/// Returns an address without a listener.
async fn deserted() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    address.to_string()
}

#[tokio::test]
async fn port_0_tells_the_port() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    let port = listener.local_address().strip_prefix("127.0.0.1:");
    let port: u16 = port.expect("the address it was bound to").parse()?;
    assert_ne!(port, 0);
    server.stop().await
}

#[tokio::test]
async fn a_host_name_is_looked_up() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let (client, tcp) = connecting(TransportSettings::new()).await?;
    let named = listener.local_address().replace("127.0.0.1", "localhost");
    let connection = soon(tcp.connect(&named)).await?;
    assert_eq!(connection.peer(), named);
    assert_eq!(echo(&client, route![&connection, "echoer"]).await?, "hello");
    assert_eq!(
        echo(&client, route![tcp_address(&named), "echoer"]).await?,
        "hello"
    );
    client.stop().await?;
    server.stop().await
}

#[tokio::test]
async fn ipv6_serves_as_well() -> Result<()> {
    if TcpListener::bind("[::1]:0").await.is_err() {
        return Ok(()); // This machine has none.
    }
    let server = NodeBuilder::new().start().await?;
    let listener = TcpTransport::new(&server)?
        .listen("[::1]:0", "echoer")
        .await?;
    server.start_worker("echoer", Echoer).await?;
    let (client, tcp) = connecting(TransportSettings::new()).await?;
    let address = listener.local_address();
    assert!(address.starts_with("[::1]:"), "{address}");
    let connection = soon(tcp.connect(address)).await?;
    assert_eq!(echo(&client, route![&connection, "echoer"]).await?, "hello");
    let text: ockam::Route = format!("1#{address} => 0#echoer").parse()?;
    assert_eq!(echo(&client, text).await?, "hello");
    client.stop().await?;
    server.stop().await
}

#[tokio::test]
async fn an_address_in_a_route_is_connected_to_on_first_use() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let (mut client, _tcp) = connecting(TransportSettings::new()).await?;
    let route = route![tcp_address(listener.local_address()), "echoer"];
    client.send_message(&route, "first".to_string()).await?;
    assert_eq!(soon(client.receive::<String>()).await?, "first");
    let sender = client.sender();
    let asks = (0..50).map(|_| {
        let (sender, route) = (sender.clone(), route.clone());
        tokio::spawn(async move { sender.ask::<String>(route, "again".to_string()).await })
    });
    for asked in asks.collect::<Vec<_>>() {
        assert_eq!(soon(asked).await??, "again");
    }
    client.stop().await?;
    server.stop().await
}

#[tokio::test]
async fn a_node_without_the_transport_has_no_route() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let route = route![tcp_address("127.0.0.1:1"), "echoer"];
    let mut error = ctx.send_message(route, 7_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute);
    assert!(error.to_string().contains("1#127.0.0.1:1"), "{error}");
    assert_eq!(error.take::<u64>(), Some(7));
    ctx.stop().await
}

#[tokio::test]
async fn a_node_has_the_transport_once() -> Result<()> {
    let (ctx, _tcp) = connecting(TransportSettings::new()).await?;
    let error = TcpTransport::new(&ctx).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressTaken);
    ctx.stop().await?;
    let error = TcpTransport::new(&ctx).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    Ok(())
}

#[tokio::test]
async fn a_place_that_is_taken_or_makes_no_sense_is_an_error_that_names_it() -> Result<()> {
    let pair = pair("echoer").await?;
    for address in [pair.listener.local_address(), "nonsense", "127.0.0.1:99999"] {
        let error = pair.tcp.listen(address, "echoer").await.unwrap_err();
        assert!(error.to_string().contains(address), "{error}");
    }
    for address in ["nonsense", "127.0.0.1:99999", ""] {
        let error = soon(pair.tcp.connect(address)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoRoute, "{error}");
        assert!(error.to_string().contains(address), "{error}");
    }
    pair.stop().await
}

#[tokio::test]
async fn a_place_where_nobody_listens_is_no_route() -> Result<()> {
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let address = deserted().await;
    let error = soon(tcp.connect(&address)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute);
    assert!(error.to_string().contains(&address), "{error}");

    let route = route![tcp_address(&address), "echoer"];
    let error = echo(&ctx, &route).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute, "{error}");
    assert!(error.to_string().contains(&address), "{error}");
    // The failed attempt leaves nothing behind. The next one is a new attempt.
    let error = echo(&ctx, &route).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute, "{error}");
    soon(ctx.stop()).await
}

/// Connects, by a call and on first use, to a peer that sends `words` and then nothing.
async fn connect_to_a_peer_that_sends(words: &'static [u8], kind: ErrorKind) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let peer = tokio::spawn(async move {
        let mut peers = Vec::new();
        loop {
            let mut peer = Raw::accept(&listener).await;
            peer.write(words).await;
            peers.push(peer);
        }
    });
    let settings = TransportSettings::new().connect_timeout(Duration::from_millis(200));
    let (ctx, tcp) = connecting(settings).await?;
    let error = soon(tcp.connect(&address)).await.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(&address), "{error}");

    let before = std::time::Instant::now();
    let route = route![tcp_address(&address), "echoer"];
    let error = echo(&ctx, route).await.unwrap_err();
    assert!(error.to_string().contains(&address), "{error}");
    assert_ne!(error.kind(), ErrorKind::Other, "{error}");
    assert!(before.elapsed() < Duration::from_secs(20), "{error}");
    peer.abort();
    soon(ctx.stop()).await
}

#[tokio::test]
async fn a_peer_that_is_no_node_is_an_error_that_names_it() -> Result<()> {
    connect_to_a_peer_that_sends(b"SSH-2.0-OpenSSH_9.6\r\n", ErrorKind::NoRoute).await
}

#[tokio::test]
async fn a_peer_of_another_version_is_an_error_that_names_it() -> Result<()> {
    connect_to_a_peer_that_sends(b"\x02", ErrorKind::NoRoute).await
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_given_up_in_time() -> Result<()> {
    connect_to_a_peer_that_sends(b"", ErrorKind::TimedOut).await
}

#[tokio::test]
async fn a_peer_that_hangs_up_at_once_is_no_route() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let peer = tokio::spawn(async move {
        loop {
            drop(Raw::accept(&listener).await);
        }
    });
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let error = soon(tcp.connect(&address)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute, "{error}");
    assert!(error.to_string().contains(&address), "{error}");
    peer.abort();
    soon(ctx.stop()).await
}

#[tokio::test]
async fn a_listener_that_others_can_reach_is_worth_a_warning() -> Result<()> {
    crate::log_lines::record();
    let node = NodeBuilder::new().name("in-the-open");
    let ctx = node.start().await?;
    let tcp = TcpTransport::new(&ctx)?;
    tcp.listen("127.0.0.1:0", ["echoer", "chat"]).await?;
    assert_eq!(crate::log_lines::lines_with("in-the-open"), [""; 0]);
    let listener = tcp.listen("0.0.0.0:0", ["echoer", "chat"]).await?;
    let lines = crate::log_lines::lines_with("in-the-open");
    assert_eq!(lines.len(), 1, "{lines:?}");
    for part in [listener.local_address(), "0#chat, 0#echoer"] {
        assert!(lines[0].contains(part), "{part} in {lines:?}");
    }
    ctx.stop().await
}
