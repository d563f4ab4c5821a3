use std::sync::Arc;

use super::Context;

impl Context {
    /// Returns the trace context of the messages that this context sends: a JSON map of W3C trace
    /// headers, such as `{"traceparent":"00-…"}`.
    ///
    /// In a handler, it is that of the current message, unless it has been
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

    /// Sets the trace context of the messages that this context sends from now on. In a handler, it
    /// lasts until the handler is done.
    ///
    /// It travels with the messages, also to other nodes, including those of upstream Ockam.
    ///
    /// # Examples
    ///
    /// See [`trace_context`](Self::trace_context).
    pub fn set_trace_context(&mut self, headers: Option<&str>) {
        self.outbox.set_trace(headers.map(Arc::from));
    }
}
