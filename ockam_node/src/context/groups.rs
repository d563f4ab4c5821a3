use std::sync::Arc;

use ockam_core::{Address, Error, ErrorKind, Result};

use super::Context;
use crate::delivery::AnyEndpoint;

impl Context {
    /// Joins a group of this node: from now on, this context is one of its members.
    ///
    /// A worker gets the messages of the group by its handler, any other context receives them. The group's messages
    /// have to be of the type that the worker takes. Whoever is a member already stays one. A worker that is started
    /// again after a failure stays one, too. A member leaves when it ends.
    ///
    /// # Errors
    ///
    /// Returns `UnknownAddress`, `WrongType` if the worker takes other messages, `InvalidInput` if the address
    /// is not that of a group, and `Stopped` if the group stops.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the context may have joined or not.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_node::{Delivery, Group};
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// Group::<String>::new("news", Delivery::all()).start(&ctx).await?;
    /// let mut reader = ctx.open("reader")?;
    /// reader.join("news").await?;
    /// ctx.send_message("news", "rain".to_string()).await?;
    /// assert_eq!(reader.receive::<String>().await?, "rain");
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn join(&self, group: impl Into<Address> + Send) -> Result<()> {
        #[cfg(feature = "test-util")]
        crate::task::preempted().await;
        let found = self.group(&group.into())?;
        match found.as_group() {
            Some(group) => group.join(&self.endpoint),
            None => Ok(()),
        }
    }

    /// Leaves a group. Messages that the group has sent to it already stay in its mailbox.
    ///
    /// # Errors
    ///
    /// Returns `UnknownAddress`, and `InvalidInput` if the address is not that of a group, or this context is
    /// none of its members.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::ErrorKind;
    /// use ockam_node::{Delivery, Group};
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// Group::<String>::new("news", Delivery::all()).start(&ctx).await?;
    /// let reader = ctx.open("reader")?;
    /// reader.join("news").await?;
    /// reader.leave("news")?;
    /// let refused = ctx.send_message("news", "rain".to_string()).await.unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::NoRoute); // nobody hears it
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn leave(&self, group: impl Into<Address>) -> Result<()> {
        let address = group.into();
        let found = self.group(&address)?;
        let left = found
            .as_group()
            .is_some_and(|it| it.leave(self.registration().id));
        left.then_some(()).ok_or_else(|| {
            let own = self.registration().address();
            let why = format!("{own} is no member of the group {address}");
            Error::new(ErrorKind::InvalidInput, why)
        })
    }

    /// Returns the group at an address.
    fn group(&self, address: &Address) -> Result<Arc<dyn AnyEndpoint>> {
        let Some(found) = self.node().router.registry.look_up(address) else {
            return Err(self.node().router.nothing_found_at(address));
        };
        match found.mailbox() {
            Some(endpoint) if endpoint.as_group().is_some() => Ok(endpoint.clone()),
            _ => {
                let why = format!("{address} is not the address of a group");
                Err(Error::new(ErrorKind::InvalidInput, why))
            }
        }
    }
}
