use std::sync::Arc;

use ockam_core::{Error, ErrorKind, Result};
use tokio::sync::oneshot;

use super::piped::panicked;
use crate::node::Node;
use crate::panics::{catch, drop_caught};
use crate::task;

/// Runs a blocking call on a thread for such calls, as soon as the node runs fewer of them than its setting
/// allows. If the future is dropped before, the call is not made.
pub(in crate::context) async fn blocking<T: Send + 'static>(
    node: Arc<Node>,
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let running = node.blocking.begin().await;
    let (done, result) = oneshot::channel();
    task::spawn_blocking(&node.runtime, move || {
        let returned = catch(call).unwrap_or_else(|panic| Err(panicked(&panic)));
        // Nobody waits for it any more if its worker has ended.
        let refused = done.send(returned);
        let _ = drop_caught(refused);
        drop(running);
    });
    result.await.unwrap_or_else(|_| {
        let why = "the runtime of the node has ended before the call was made";
        Err(Error::new(ErrorKind::Stopped, why))
    })
}
