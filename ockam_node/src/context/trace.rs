use std::sync::Arc;

use super::Context;

impl Context {
    /// Returns the trace context that what this context sends belongs to: a JSON map of W3C trace
    /// headers, as `{"traceparent":"00-…"}`.
    ///
    /// In a handler it is the one that the message came with, until it is
    /// [set](Self::set_trace_context).
    ///
    /// # Examples
    ///
    /// ```
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// assert_eq!(ctx.trace_context(), None);
    /// ctx.set_trace_context(Some(r#"{"traceparent":"00-0af7651916cd43dd-b7ad6b71-01"}"#));
    /// assert!(ctx.trace_context().is_some());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn trace_context(&self) -> Option<&str> {
        self.outbox.trace()
    }

    /// Sets the trace context of what this context sends from here on; in a handler, until it is done.
    ///
    /// It goes wherever messages go, to other nodes and back, upstream Ockam's among them.
    ///
    /// # Examples
    ///
    /// See [`trace_context`](Self::trace_context).
    pub fn set_trace_context(&mut self, headers: Option<&str>) {
        self.outbox.set_trace(headers.map(Arc::from));
    }
}
