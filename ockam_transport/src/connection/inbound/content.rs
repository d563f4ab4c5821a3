use ockam_node::transport::Content;

use crate::message::TransportMessage;

/// Returns the body of a message and the name of its type.
pub(super) fn content_of<'a>(message: &TransportMessage<'a>) -> Content<'a> {
    Content {
        body: message.payload,
        type_name: message.extension.as_ref().and_then(|it| it.type_name),
    }
}
