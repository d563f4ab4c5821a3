use std::net::SocketAddr;

use crate::{Bodies, Hop, Result, Through};

/// A node of either framework, as far as the parts need it.
pub trait Node: Sized + Send + 'static {
    /// The way to a worker, whatever the framework calls it.
    type Route: Send + Sync;

    /// Starts a node, runs what it is for, and stops it.
    ///
    /// # Errors
    ///
    /// Hands on what `main` returns, or why the node did not start or stop.
    fn run<F, Fut>(main: F) -> Result<()>
    where
        F: FnOnce(Self) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static;

    /// Starts the workers named by [`Kind::worker`](crate::Kind::worker), and [`SLOW`](crate::SLOW),
    /// which pauses before it echoes a `String`; listens for peers that may reach them, and for secure channels
    /// at [`SECURE`](crate::SECURE) and [`INNER`](crate::INNER), through which they are reached, too.
    fn respond(&mut self, listen: &str) -> impl Future<Output = Result<SocketAddr>> + Send;

    /// Listens for peers that may reach the node `next`, and says along which hops.
    fn forward(
        &mut self,
        listen: &str,
        next: &str,
    ) -> impl Future<Output = Result<(SocketAddr, Vec<Hop>)>> + Send;

    /// Connects to the node at `address`, from where the hops lead on, and opens secure channels from there, if
    /// any. Returns the way to the worker behind them.
    fn connect(
        &mut self,
        address: &str,
        hops: &[Hop],
        through: &Through,
        worker: &str,
    ) -> impl Future<Output = Result<Self::Route>> + Send;

    /// Returns the way to another worker behind the same channel.
    fn beside(route: &Self::Route, worker: &str) -> Self::Route;

    /// Returns the identifier of this node in secure channels.
    fn identifier(&self) -> String;

    /// Gives the identity of this node another key.
    fn rotate(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Closes the channels that others have opened, if it can do so and go on.
    fn close_accepted(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Closes the innermost channel of a way.
    fn close(&mut self, route: &Self::Route) -> impl Future<Output = Result<()>> + Send;

    /// Waits until the peer has closed the innermost channel of a way.
    fn closed(&mut self, route: &Self::Route) -> impl Future<Output = Result<()>> + Send;

    /// Asks with a text, and returns the answer.
    fn ask(
        &mut self,
        route: &Self::Route,
        text: &str,
    ) -> impl Future<Output = Result<String>> + Send;

    /// Sends the bodies, in order and without waiting for the answer to one before the next is sent,
    /// and checks that the answers are the same, in the same order.
    ///
    /// # Errors
    ///
    /// Fails with what the framework says about a message that it refuses to send, or about an answer
    /// that is wrong or does not come.
    fn exchange(
        &mut self,
        route: &Self::Route,
        bodies: Bodies,
    ) -> impl Future<Output = Result<()>> + Send;
}
