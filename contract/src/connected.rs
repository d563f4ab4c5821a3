//! Two nodes of one process that are connected.

use ockam::{Addresses, Connection, Context, NodeBuilder, Result, TcpTransport};

/// Starts a node that exposes addresses, and one that is connected to it.
///
/// # Errors
///
/// Returns an error if they can't be started or connected.
pub async fn pair(exposed: impl Into<Addresses>) -> Result<(Context, Context, Connection)> {
    let server = NodeBuilder::new().start().await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", exposed)
        .await?;
    let client = NodeBuilder::new().start().await?;
    let connection = TcpTransport::new(&client)?
        .connect(listener.local_address())
        .await?;
    Ok((server, client, connection))
}
