//! A node that connects to a port without a listener doesn't connect to itself.

use ockam::{ErrorKind, Result, TransportSettings};
use ockam_contract::pace::soon;
use tokio::net::TcpListener;

use crate::nodes::connecting;

/// The operating system assigns a local port to a socket that connects. On the same machine, this may
/// be the port that it connects to. The socket is then connected to itself, and receives its own
/// greeting.
#[tokio::test]
async fn a_node_that_looks_for_a_peer_on_its_own_machine_does_not_find_itself() -> Result<()> {
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    // Linux assigns even ports to sockets that connect and odd ones to those that listen, or the
    // reverse.
    let address = format!("127.0.0.1:{}", listener.local_addr()?.port() ^ 1);
    drop(listener);
    for number in 0..20_000 {
        let error = soon(tcp.connect(&address))
            .await
            .expect_err("nobody is there");
        assert_eq!(error.kind(), ErrorKind::NoRoute, "{number}: {error}");
    }
    soon(ctx.stop()).await
}
