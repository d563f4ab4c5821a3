use ockam_node::transport::Content;

use crate::message::{Extension, TransportMessage};

/// Returns the body of a message and what is said of its type.
pub(super) fn content_of<'a>(message: &TransportMessage<'a>) -> Content<'a> {
    Content {
        body: message.payload,
        body_type: message
            .extension
            .as_ref()
            .map(Extension::body_type)
            .unwrap_or_default(),
    }
}
