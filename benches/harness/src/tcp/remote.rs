use std::future::Future;
use std::sync::Arc;

use crate::framework::Threads;

/// What a workload over TCP needs of a framework.
///
/// The two processes run the same program. Everything of one process runs on the one runtime of
/// [`run`](Self::run).
pub trait Remote: Send + Sync + Sized + 'static {
    /// A connection, as the one task of the client that uses it owns it.
    type Connection: Send + 'static;

    /// Runs `main` as a task of a new runtime, and returns when it has ended.
    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static;

    /// Begins to serve on a free port of the loopback interface, and returns its address. What is
    /// asked is echoed; what is told is counted with a [`Count`](super::Count), whose result is sent
    /// back.
    fn serve(&self) -> impl Future<Output = String> + Send;

    /// Connects to a server. `name` is one that no other connection has.
    fn connect(&self, address: &str, name: &str) -> impl Future<Output = Self::Connection> + Send;

    /// Asks, and waits for the answer.
    fn ask(
        connection: &mut Self::Connection,
        question: &[u8],
    ) -> impl Future<Output = Vec<u8>> + Send;

    /// Tells a message, without an answer to it.
    fn tell(connection: &mut Self::Connection, message: &[u8]) -> impl Future<Output = ()> + Send;

    /// Sends what may still be buffered, and waits until the server says how many it has got.
    fn counted(connection: &mut Self::Connection) -> impl Future<Output = u64> + Send;
}
