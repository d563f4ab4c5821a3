//! The only place in this crate that starts tasks.

use std::future::Future;

use ockam_node::transport::Gateway;
use tokio::task::JoinHandle;

/// Runs a future in a task of its own, on the runtime of the node.
pub(crate) fn spawn(
    gateway: &Gateway,
    future: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    gateway.spawn(future)
}
