//! What can be sent to other threads, and shared between them.

use ockam_body::{BodyError, bare};

const fn sent_and_shared<T: Send + Sync + Unpin + 'static>() {}

const _: () = {
    sent_and_shared::<BodyError>();
    sent_and_shared::<bare::Error>();
};
