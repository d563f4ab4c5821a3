use std::fmt;
use std::future::{Future, ready};
use std::marker::PhantomData;
use std::panic::Location;
use std::time::Duration;

use ockam_core::{Address, Addresses, Message, Result, Route, Routed};

use crate::context::Context;
use crate::delivery::Role;
use crate::task::{idle, until};

/// How long a probe waits for a message, by the clock of the node.
const PATIENCE: Duration = Duration::from_secs(10);

/// Stands in for a worker, in a test, and says what it expects.
///
/// A message of another type is refused, as a worker would refuse it. Messages that nobody has expected
/// when the test ends fail the test, like those of a worker.
///
/// # Examples
///
/// ```
/// use ockam_node::NodeBuilder;
/// use ockam_node::test::Probe;
///
/// # let (ctx, mut executor) = NodeBuilder::new().current_thread().build()?;
/// # executor.execute(async move {
/// let mut guests = Probe::<String>::at(&ctx, "guests")?;
/// ctx.send_message("guests", "Ada".to_string()).await?;
/// guests.expect("Ada").await;
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
pub struct Probe<M> {
    ctx: Context,
    takes: PhantomData<fn() -> M>,
}

impl<M: Message> Probe<M> {
    /// Opens a mailbox for messages of type `M` at an address.
    ///
    /// # Errors
    ///
    /// Returns `AddressTaken`, `Stopped` if the node stops, and `InvalidInput` for an address that
    /// isn't local.
    pub fn at(ctx: &Context, address: impl Into<Address>) -> Result<Self> {
        let node = ctx.node();
        let capacity = node.settings.mailbox_capacity;
        let addresses = Addresses::from(address.into());
        let opened = Context::register::<M>(node, addresses, Role::Open, capacity)?;
        Ok(Self {
            ctx: opened.0,
            takes: PhantomData,
        })
    }

    /// Sends a message in the name of the probe, so that answers come to it.
    ///
    /// # Errors
    ///
    /// Returns those of [`Context::send_message`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the message was not sent.
    pub async fn send<N: Message>(&self, route: impl Into<Route>, msg: N) -> Result<()> {
        self.ctx.send_message(route, msg).await
    }

    /// Waits for the next message, which has to equal `wanted`, and returns it.
    ///
    /// # Panics
    ///
    /// Panics if another message comes, which it prints, or if none comes for 10 s.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no message has been taken.
    #[track_caller]
    pub fn expect<Q: fmt::Debug>(&mut self, wanted: Q) -> impl Future<Output = M>
    where
        M: PartialEq<Q> + fmt::Debug,
    {
        let at = Location::caller();
        async move {
            let received = self.ctx.receive_timeout::<M>(PATIENCE).await;
            let address = self.ctx.address();
            match received.map(Routed::into_body) {
                Ok(message) if message == wanted => message,
                Ok(other) => panic!("{at}: {address} expected {wanted:?}, and {other:?} came"),
                Err(error) => panic!("{at}: {address} expected {wanted:?}: {error:#}"),
            }
        }
    }

    /// Waits for the next message, whatever it is, and returns it with its routes.
    ///
    /// # Panics
    ///
    /// Panics if none comes for 10 s.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no message has been taken.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_node::test::Probe;
    /// # let (ctx, mut executor) = NodeBuilder::new().current_thread().build()?;
    /// # executor.execute(async move {
    /// let mut stock = Probe::<u64>::at(&ctx, "stock")?;
    /// let sender = ctx.sender();
    /// let asking = tokio::spawn(async move { sender.ask::<String>("stock", 7_u64).await });
    /// let question = stock.receive().await;
    /// assert_eq!(question, 7);
    /// ctx.send_message(question.return_route().clone(), "seven".to_string()).await?;
    /// assert_eq!(asking.await.expect("it does not panic")?, "seven");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[track_caller]
    pub fn receive(&mut self) -> impl Future<Output = Routed<M>> {
        let at = Location::caller();
        async move {
            let received = self.ctx.receive_timeout::<M>(PATIENCE).await;
            received.unwrap_or_else(|error| panic!("{at}: {error:#}"))
        }
    }

    /// Waits until the node has nothing left to do, as [`Context::idle`] does. No message may have come by
    /// then.
    ///
    /// # Panics
    ///
    /// Panics if one has come, which it prints, and where [`Context::idle`] is an error: outside of a
    /// `#[ockam::test]` and in one with `worker_threads`.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no message has been taken.
    #[track_caller]
    pub fn expect_no_message(&mut self) -> impl Future<Output = ()>
    where
        M: fmt::Debug,
    {
        let at = Location::caller();
        async move {
            // Failures that nobody was told of are left for the end of the test.
            assert!(
                idle::idle().await,
                "{at}: only a `#[ockam::test]` on the current thread knows that nothing more comes"
            );
            if let Some(Ok(message)) = until(ready(()), self.ctx.receive::<M>()).await {
                let (address, message) = (self.ctx.address(), message.into_body());
                panic!("{at}: {address} expected no message, and {message:?} came");
            }
        }
    }
}

impl<M> fmt::Debug for Probe<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Probe").field(self.ctx.address()).finish()
    }
}
