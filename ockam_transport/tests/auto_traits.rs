//! Which types can be sent to other threads, and shared between them.

use ockam_transport::{Extension, Failure, Grant, TransportMessage};
use ockam_transport::{frame, message};

const fn sent_and_shared<T: Send + Sync + Unpin + 'static>() {}

const _: () = {
    sent_and_shared::<Extension<'static>>();
    sent_and_shared::<Failure<'static>>();
    sent_and_shared::<Grant>();
    sent_and_shared::<TransportMessage<'static>>();
    sent_and_shared::<frame::Decoder>();
    sent_and_shared::<frame::Error>();
    sent_and_shared::<frame::Event<'static>>();
    sent_and_shared::<message::Error>();
};
