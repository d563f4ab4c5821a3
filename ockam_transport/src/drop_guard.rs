use std::fmt;
use std::ops::Deref;

/// Ends a connection or a listener when it is dropped.
///
/// [`Connection::drop_guard`](crate::Connection::drop_guard) and
/// [`Listener::drop_guard`](crate::Listener::drop_guard) create it. It dereferences to what it guards.
#[must_use = "what it guards ends when it is dropped"]
pub struct DropGuard<T> {
    guarded: T,
    end: Option<fn(&T)>,
}

impl<T> DropGuard<T> {
    pub(crate) fn new(guarded: T, end: fn(&T)) -> Self {
        let end = Some(end);
        Self { guarded, end }
    }

    /// Drops the guard and returns what it guarded, which goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// # use ockam_transport_tcp::TcpTransport;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let server = NodeBuilder::new().start().await?;
    /// # let tcp = TcpTransport::new(&server)?;
    /// let guard = tcp.listen("127.0.0.1:0", "echoer").await?.drop_guard();
    /// // All that may fail has been done.
    /// let listener = guard.disarm();
    /// # drop(listener);
    /// # server.stop().await
    /// # }
    /// ```
    pub fn disarm(mut self) -> T
    where
        T: Clone,
    {
        self.end = None;
        self.guarded.clone()
    }
}

impl<T> Deref for DropGuard<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guarded
    }
}

impl<T> Drop for DropGuard<T> {
    fn drop(&mut self) {
        if let Some(end) = self.end {
            end(&self.guarded);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for DropGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DropGuard").field(&self.guarded).finish()
    }
}
