use std::sync::Arc;

use async_nats::Client;

use super::limits::WINDOW_BYTES;
use super::shared::Stream;
use super::table::Listed;
use crate::lease::Tenure;
use crate::record::VERSION;

/// What one half of a stream holds: the stream is known on the bus until both halves are dropped.
pub(crate) struct Half {
    pub(crate) stream: Arc<Stream>,
    pub(crate) client: Client,
    /// The lease of the name under which the stream was made.
    pub(crate) tenure: Tenure,
    #[expect(dead_code, reason = "it is there to be dropped")]
    pub(crate) listed: Listed,
    /// How many bytes a message of the bus may have.
    pub(crate) max_payload: usize,
}

impl Half {
    /// Returns the greeting of this side.
    pub(crate) fn window() -> (u8, u64) {
        (VERSION, WINDOW_BYTES)
    }
}
