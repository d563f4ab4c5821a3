use std::sync::Arc;

use ockam_body::BodyType;
use ockam_core::headers::{ExtendedHeaders, Source};
use ockam_core::{Address, Route};
use ockam_node::transport::{Content, Incoming};

use crate::accounts::address_bytes;

/// About how many bytes a message takes beside its body.
const OVERHEAD_BYTES: usize = 256;

/// A message that waits, with memory of its own.
pub(super) struct Backlogged {
    pub(super) to: Address,
    body: Vec<u8>,
    type_name: Option<String>,
    shape: Option<u64>,
    return_route: Route,
    headers: Arc<ExtendedHeaders>,
    source: Source,
    /// How many bytes its frame had.
    pub(super) frame_bytes: usize,
}

impl Backlogged {
    pub(super) fn new(to: &Address, message: &Incoming<'_>, frame_bytes: usize) -> Self {
        Self {
            to: to.clone(),
            body: message.content.body.to_vec(),
            type_name: message.content.body_type.name.map(str::to_owned),
            shape: message.content.body_type.shape,
            return_route: message.return_route.clone(),
            headers: message.headers.clone(),
            source: message.source,
            frame_bytes,
        }
    }

    /// Returns about how many bytes of memory it takes, but for what is counted as large.
    pub(super) fn bytes(&self) -> usize {
        if self.headers.weight.is_some() {
            // It counts as a large one.
            return OVERHEAD_BYTES;
        }
        let hops = self.return_route.iter().chain(&self.headers.onward);
        let texts = [self.type_name.as_deref(), self.headers.trace.as_deref()];
        let texts: usize = texts.into_iter().flatten().map(str::len).sum();
        self.body.len() + address_bytes(hops) + texts + OVERHEAD_BYTES
    }

    pub(super) fn as_incoming(&self) -> Incoming<'_> {
        Incoming {
            source: self.source,
            content: Content {
                body: &self.body,
                body_type: BodyType {
                    name: self.type_name.as_deref(),
                    shape: self.shape,
                },
            },
            return_route: &self.return_route,
            headers: &self.headers,
            weigh: None,
        }
    }
}
