//! Any message comes back, and any bytes are a message or an error.

use std::time::Duration;

use ockam_core::{Address, ErrorKind, Route, TransportType};
use ockam_transport::message::Cancelled;
use ockam_transport::{Extension, Failure, Grant, TransportMessage};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;

use crate::reference;

fn address() -> impl Strategy<Value = Address> {
    (any::<u8>(), vec(any::<u8>(), 0..60))
        .prop_map(|(transport, value)| Address::new(TransportType::new(transport), value))
}

fn route() -> impl Strategy<Value = Route> {
    vec(address(), 0..6).prop_map(Route::from)
}

fn failure() -> impl Strategy<Value = Failure<'static>> {
    let kinds = vec![
        ErrorKind::UnknownAddress,
        ErrorKind::MailboxFull,
        ErrorKind::InvalidInput,
    ];
    let names = vec(select(vec!["u64", "", "bank.Deposit"]), 0..4);
    (select(kinds), any::<u64>(), names).prop_map(|(kind, id, names)| Failure { kind, id, names })
}

fn extension() -> impl Strategy<Value = Extension<'static>> {
    let grant = (address(), any::<u32>(), any::<u64>());
    let grant = grant.prop_map(|(to, messages, bytes)| Grant {
        to,
        messages,
        bytes,
    });
    let type_name = option::of(select(vec!["u64", "", "bank.Deposit"]));
    let deadline = option::of(any::<u64>().prop_map(Duration::from_millis));
    let (grants, acknowledged) = (vec(grant, 0..4), option::of(any::<u64>()));
    let fields = (
        1_u64..,
        type_name,
        option::of(any::<u64>()),
        deadline,
        option::of(failure()),
        grants,
        acknowledged,
        option::of(select(vec![Cancelled::Dropped, Cancelled::TimedOut])),
    );
    fields.prop_map(
        |(version, type_name, shape, deadline, failure, grants, acknowledged, cancelled)| {
            Extension {
                version,
                type_name,
                shape,
                deadline,
                failure,
                grants: grants_of(version, grants),
                acknowledged,
                cancelled,
                ..Extension::default()
            }
        },
    )
}

/// Returns grants as they are written in a version.
fn grants_of(version: u64, mut grants: Vec<Grant>) -> Vec<Grant> {
    if version < 3 {
        grants.iter_mut().for_each(|grant| grant.bytes = 0);
    }
    grants
}

/// The bytes of a message, which have been read as the same.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let payload = vec(any::<u8>(), 0..300);
    (route(), route(), payload, option::of(extension())).prop_map(
        |(onward, return_route, payload, extension)| {
            let message = TransportMessage {
                onward,
                return_route,
                payload: &payload,
                tracing: Some("{\"traceparent\":\"00-01-02-03\"}"),
                extension,
            };
            let mut frame = Vec::new();
            message.encode(&mut frame).unwrap();
            assert_eq!(TransportMessage::decode(&frame).unwrap(), message);
            frame
        },
    )
}

/// Bytes as CBOR likes them.
fn tokens() -> impl Strategy<Value = Vec<u8>> {
    let heads = vec![
        0x00, 0x01, 0x40, 0x41, 0x60, 0x62, 0x80, 0x81, 0x82, 0x84, 0x85,
    ];
    let ends = vec![0x9f, 0xff, 0xf6, 0xa1, 0xbf, 0x18, 0x9b, 0x5f];
    vec(
        prop_oneof![4 => select(heads), 1 => select(ends), 1 => any::<u8>()],
        0..60,
    )
}

/// What is read from any bytes is what the reference reads, can be written, and is read again.
fn stable(bytes: &[u8]) {
    reference::same(bytes);
    if let Ok(message) = TransportMessage::decode(bytes) {
        let mut frame = Vec::new();
        message.encode(&mut frame).unwrap();
        assert_eq!(TransportMessage::decode(&frame).unwrap(), message);
    }
}

proptest! {
    #[test]
    fn messages(frame in frame()) {
        for end in 0..frame.len() {
            stable(&frame[..end]);
        }
    }

    #[test]
    fn changed_messages(
        mut frame in frame(),
        changes in vec((any::<u16>(), prop_oneof![any::<u8>(), Just(0xff)]), 1..4),
    ) {
        for (place, byte) in changes {
            let place = usize::from(place) % frame.len();
            frame[place] = byte;
        }
        stable(&frame);
    }

    #[test]
    fn any_tokens(bytes in tokens()) {
        stable(&[b"\x85\x80\x80\x40\x62{}", bytes.as_slice()].concat());
        stable(&bytes);
    }
}
