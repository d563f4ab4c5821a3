//! Being told of the end of others, and ending with them.

use ockam_core::{Address, Error, ErrorKind, Result, Route};

use super::Context;
use super::ended::{self, Ended};
use super::links;
use super::monitors::{Monitor, Place};
use super::sender::Sender;
use crate::delivery::{Role, Target};

impl Context {
    /// Monitors a worker, a context or a connection: its end is told once, whatever it ended of.
    ///
    /// A worker hears of it by [`Worker::down`](ockam_core::Worker::down). Any other context receives it:
    /// `ctx.receive::<Down>()`. What has ended already, or was never there, is told of at once. It comes
    /// behind the messages that this mailbox had accepted before the end, and needs no room. If a worker is
    /// started again after a failure, the monitor goes on; see [`Monitor::with_restarts`]. It ends with this
    /// worker.
    ///
    /// # Errors
    ///
    /// Returns `NoRoute` for a route over more than one connection, or over none; the error of a connection that
    /// can't be made; `InvalidInput` if the other node is one of upstream, or older; and `MailboxFull` for more
    /// than 16,384 monitors over one connection.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Down, DownReason, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// # }
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("echoer", Echoer).await?;
    /// ctx.monitor("echoer")?;
    /// ctx.stop_worker("echoer").await?;
    /// let down = ctx.receive::<Down>().await?;
    /// assert_eq!(down.reason(), &DownReason::Stopped);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn monitor(&self, route: impl Into<Route>) -> Result<Monitor> {
        let route = route.into();
        let (target, place) = self.monitored(&route)?;
        let monitors = &self.incarnation.get_or_init(Box::default).monitors;
        Ok(monitors.add(&self.endpoint, self.node().next_id(), place, target))
    }

    /// Finds what a route leads to, on this node or on the next one.
    fn monitored(&self, route: &Route) -> Result<(Target, Place)> {
        let router = &self.node().router;
        let (address, connection) = match route.as_slice() {
            [address] => (address, None),
            [connection, address] => (address, Some(connection)),
            _ => {
                let why = format!("{route} can't be monitored: it goes over several nodes");
                return Err(Error::new(ErrorKind::NoRoute, why));
            }
        };
        let target = match connection {
            None => Target::at(&router.registry, address),
            Some(connection) => {
                let found = match connection.is_local() {
                    true => router.registry.look_up(connection),
                    false => Some(router.find(connection)?),
                };
                let Some(link) = found.as_ref().and_then(|it| it.link()) else {
                    let why = format!("{route} can't be monitored: {connection} is no connection");
                    return Err(Error::new(ErrorKind::NoRoute, why));
                };
                link.link.check_monitors()?;
                Target::behind(link, address)
            }
        };
        let place = Place {
            address: address.clone(),
            connection: connection.cloned(),
        };
        Ok((target, place))
    }

    /// Links this worker with another one: when one of the two fails, the other one fails with it.
    ///
    /// A failure is a panic, a kill, or an error that counts as one. The other worker finishes the message in
    /// hand, and ends without `shutdown`, or is started again if it has a restart policy. An end that was
    /// asked for, or that came by itself, leaves it alone. A link ends with either worker, also with a
    /// restart.
    ///
    /// # Errors
    ///
    /// Returns `UnknownAddress` if no worker is there, and `InvalidInput` if either of the two is no worker.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// struct Half;
    ///
    /// impl Worker for Half {
    ///     type Message = String;
    ///     type Context = Context;
    ///
    ///     async fn handle_message(&mut self, ctx: &mut Context, other: String) -> Result<()> {
    ///         ctx.link(other)
    ///     }
    /// }
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.start_worker("left", Half).await?;
    /// let right = ctx.start_worker("right", Half).await?;
    /// right.send("left".to_string()).await?;
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn link(&self, address: impl Into<Address>) -> Result<()> {
        self.link_with(&address.into(), false)
    }

    /// Links this worker with another one, as [`link`](Self::link) does, for every end: when one of the two
    /// stops, the other one is stopped, too.
    ///
    /// # Errors
    ///
    /// See [`link`](Self::link).
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let linked = ctx.link_every_end("nobody");
    /// assert_eq!(linked.unwrap_err().kind(), ErrorKind::InvalidInput, "`app` is no worker");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn link_every_end(&self, address: impl Into<Address>) -> Result<()> {
        self.link_with(&address.into(), true)
    }

    fn link_with(&self, address: &Address, every_end: bool) -> Result<()> {
        let no_worker = |address: &Address| {
            let why = format!("{address} is no worker and can't be linked");
            Err(Error::new(ErrorKind::InvalidInput, why))
        };
        if self.registration().role != Role::Worker {
            return no_worker(self.address());
        }
        let node = self.node();
        let other = node.router.find(address)?;
        match other.mailbox() {
            Some(other) if other.registration().role == Role::Worker => {
                let numbers = (node.next_id(), node.next_id());
                links::link(&self.endpoint, other, numbers, every_end);
                Ok(())
            }
            _ => no_worker(address),
        }
    }

    /// Returns `true` if this worker has been told to stop. Its mailbox may still be open.
    ///
    /// A handler that takes long asks this now and then. [`Worker::stopping`](ockam_core::Worker::stopping) is
    /// called when the handler is done.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// assert!(!ctx.is_stopping());
    /// ctx.stop().await?;
    /// assert!(ctx.is_stopping());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn is_stopping(&self) -> bool {
        self.endpoint.is_stopping()
    }
}

impl Sender {
    /// Waits for the end of what is at an address: a monitor for tasks, which have no context.
    ///
    /// It can be called any number of times. What has ended already, or was never there, is told of at once.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::DownReason;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let inbox = ctx.open("inbox")?;
    /// let ended = ctx.sender().ended("inbox");
    /// drop(inbox);
    /// assert_eq!(ended.await.reason(), &DownReason::Stopped);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ended(&self, address: impl Into<Address>) -> Ended {
        let address = address.into();
        let node = self.node();
        let target = Target::at(&node.router.registry, &address);
        ended::watch(node.next_id(), address, target)
    }
}
