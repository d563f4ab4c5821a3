//! Any bytes are a message or an error, and the same one to `minicbor`; what was read is written and
//! read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ockam_transport::TransportMessage;
use ockam_transport::message::{MAX_ADDRESS, MAX_HOPS};

#[path = "../../ockam_transport/tests/message/reference.rs"]
mod reference;

fuzz_target!(|frame: &[u8]| {
    reference::same(frame);
    let Ok(message) = TransportMessage::decode(frame) else {
        return;
    };
    for route in [&message.onward, &message.return_route] {
        assert!(route.len() <= MAX_HOPS);
        assert!(
            route
                .iter()
                .all(|address| address.value().len() <= MAX_ADDRESS)
        );
    }
    let mut written = Vec::new();
    message
        .encode(&mut written)
        .expect("what was read is within the limits");
    let again = TransportMessage::decode(&written).expect("what was written can be read");
    assert_eq!(again, message);
});
