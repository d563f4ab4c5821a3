//! Answers that go on, between a node and its transports.
//!
//! ```text
//!  Streaming<R> ── PartSource ──▶ link ─ ─ ▶ link ── PartSink ──▶ Streaming<R>
//!                                       ◀ ─ ─      ── Upstream ──
//!                                  credit, cancelled
//! ```

use std::task::{Context, Poll};

use ockam_body::BodyType;

use crate::error::Result;

/// The name of the type of an answer that goes on, on the wire.
pub const STREAM: &str = "ockam::stream";

/// The connection by which parts come from another node.
pub trait Upstream: Send + Sync + 'static {
    /// Notes that parts have been taken by the reader, and how many bytes their bodies had. As many may come, and
    /// more if the reader has waited for them.
    fn taken(&self, parts: usize, bytes: usize, has_waited: bool);

    /// Notes that the reader is gone.
    fn cancel(&self);
}

/// Where the parts go that come from another node.
pub trait PartSink: Send + Sync + 'static {
    /// Hands parts to the reader.
    ///
    /// # Errors
    ///
    /// Returns an error if a body is of another type. Those before it are handed over.
    fn push_all(&self, bodies: &[&[u8]], sent: BodyType<'_>) -> Result<()>;

    /// Ends the answer. The first end counts.
    fn end(&self, end: Result<()>);
}

/// Where the parts come from that go to another node.
pub trait PartSource: Send + 'static {
    /// Says how many parts there is credit for. As many may be made ahead.
    fn set_credit(&mut self, parts: u64);

    /// Waits for the next part, and calls `send` with its body. Returns `None` behind the last one.
    fn poll_part(
        &mut self,
        cx: &mut Context<'_>,
        send: &mut dyn FnMut(&[u8], BodyType<'_>),
    ) -> Poll<Option<Result<()>>>;
}
