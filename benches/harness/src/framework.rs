use std::future::Future;
use std::sync::Arc;

use crate::payload::Payload;
use crate::station::{Echo, Idler, Station};

/// How many messages a mailbox holds, where a framework bounds it.
pub const CAPACITY: usize = 1024;

/// How many threads run the workers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Threads {
    /// The thread that calls.
    Current,
    /// A runtime of two worker threads.
    Two,
}

/// What a workload needs of a framework. Each binary of this workspace implements it once, in the
/// way that the framework's documentation shows.
///
/// Everything runs on the one runtime of [`run`](Self::run), senders included.
pub trait Framework: Send + Sync + Sized + 'static {
    /// Where messages are told.
    type Tell<M: Payload>: Clone + Send + Sync + 'static;
    /// Where questions are asked.
    type Ask<M: Payload>: Clone + Send + Sync + 'static;
    /// A worker whose life is measured, as the one who tells and stops it knows it.
    type Idle: Send + Sync + 'static;
    /// What a task that sends owns.
    type Client: Send + Sync + 'static;

    /// Runs `main` as a task of a new runtime, and returns when everything is gone.
    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static;

    /// Creates what a sending task needs.
    fn client(&self, name: &str) -> Self::Client;

    /// Starts a worker that is told messages.
    fn start_station<M: Payload>(
        &self,
        name: &str,
        station: Station<Self::Tell<M>>,
    ) -> impl Future<Output = Self::Tell<M>> + Send;

    /// Starts a worker that is asked.
    fn start_echo<M: Payload>(
        &self,
        name: &str,
        echo: Echo,
    ) -> impl Future<Output = Self::Ask<M>> + Send;

    /// Starts a worker that counts what it is told.
    fn start_idle(&self, name: &str, idler: Idler) -> impl Future<Output = Self::Idle> + Send;

    /// Tells a worker that was just started a message.
    fn tell_idle(
        client: &Self::Client,
        to: &Self::Idle,
        number: u64,
    ) -> impl Future<Output = ()> + Send;

    /// Stops a worker. What it has been told is handled before it goes.
    fn stop(&self, worker: Self::Idle) -> impl Future<Output = ()> + Send;

    /// Tells a message, waiting for room where mailboxes are bounded.
    fn tell<M: Payload>(
        client: &Self::Client,
        to: &Self::Tell<M>,
        message: M,
    ) -> impl Future<Output = ()> + Send;

    /// Asks, and waits for the answer.
    fn ask<M: Payload>(
        client: &Self::Client,
        to: &Self::Ask<M>,
        question: M,
    ) -> impl Future<Output = M> + Send;
}
