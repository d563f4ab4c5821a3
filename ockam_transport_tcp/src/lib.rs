//! Connections between nodes over TCP.
//!
//! Programs depend on the facade crate `ockam`, which re-exports [`TcpTransport`]. Frames, credit,
//! reconnection and limits are in `ockam_transport`, which knows no sockets.
//!
//! # Examples
//!
//! Two nodes in one program:
//!
//! ```
//! use ockam_core::{Result, Worker, route};
//! use ockam_node::{Context, NodeBuilder};
//! use ockam_transport_tcp::TcpTransport;
//!
//! struct Echoer;
//!
//! impl Worker for Echoer {
//!     type Message = String;
//!     type Context = Context;
//!
//!     async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
//!         ctx.reply(msg).await
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<()> {
//!     let alice = NodeBuilder::new().start().await?;
//!     alice.start_worker("echoer", Echoer).await?;
//!     let tcp = TcpTransport::new(&alice)?;
//!     let listener = tcp.listen("127.0.0.1:0", "echoer").await?;
//!
//!     let bob = NodeBuilder::new().start().await?;
//!     let tcp = TcpTransport::new(&bob)?;
//!     let connection = tcp.connect(listener.local_address()).await?;
//!     let reply: String = bob.ask(route![&connection, "echoer"], "Hello!".to_string()).await?;
//!     assert_eq!(reply, "Hello!");
//!
//!     bob.stop().await?;
//!     alice.stop().await
//! }
//! ```

mod network;
mod random;
mod transport;

pub use transport::TcpTransport;
