//! Servers and programs as processes.

#[path = "../../../../contract/src/program.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod program;
mod server;

use std::path::PathBuf;

use ockam::{Context, NodeBuilder, Result};
use ockam_nats::{NatsOptions, NatsTransport};
pub use program::Program;
#[allow(unused_imports, reason = "another test uses it")]
pub use server::cluster;
pub use server::{Server, server};

/// Starts a node that is on the bus of a server.
pub async fn node(server: &Server, name: &str) -> Result<(Context, NatsTransport)> {
    node_with(server, name, NatsOptions::new()).await
}

/// Starts a node that is on the bus of a server, with options.
pub async fn node_with(
    server: &Server,
    name: &str,
    options: NatsOptions,
) -> Result<(Context, NatsTransport)> {
    let ctx = NodeBuilder::new().name(name).start().await?;
    let nats = NatsTransport::connect_with(&ctx, server.url(), name, options).await?;
    Ok((ctx, nats))
}

/// Runs an example as a process.
pub fn example(name: &str, arguments: &[&str]) -> Program {
    let mut path: PathBuf = std::env::current_exe().expect("a test is a program");
    path.pop();
    path.pop();
    path.extend(["examples", name]);
    Program::run_with(&path, arguments)
}
