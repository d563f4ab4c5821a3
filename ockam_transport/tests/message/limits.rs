//! Limits of what a peer may make this node hold. They bind the sender as well.

use ockam_core::{Address, Route};
use ockam_transport::TransportMessage;
use ockam_transport::message::{Error, MAX_ADDRESS, MAX_HOPS, MAX_TRACING};

fn encoded(message: &TransportMessage<'_>) -> Result<Vec<u8>, Error> {
    let mut frame = b"before".to_vec();
    match message.encode(&mut frame) {
        Ok(()) => Ok(frame.split_off(6)),
        Err(error) => {
            assert_eq!(frame, b"before");
            Err(error)
        }
    }
}

fn to(onward: Route) -> TransportMessage<'static> {
    TransportMessage {
        onward,
        ..TransportMessage::default()
    }
}

/// A frame whose onward route begins with the given bytes.
fn frame_to(route: &[u8]) -> Vec<u8> {
    [b"\x83", route, b"\x80\x40"].concat()
}

fn text<T>(refused: Result<T, Error>) -> String {
    refused.err().expect("the limit is exceeded").to_string()
}

#[test]
fn hops() {
    let longest = to((0..MAX_HOPS).map(|hop| hop.to_string()).collect());
    let frame = encoded(&longest).unwrap();
    assert_eq!(TransportMessage::decode(&frame).unwrap(), longest);

    let longer = to(vec!["hop"; MAX_HOPS + 1].into());
    let refused = "65 addresses in a route exceed the limit of 64";
    assert_eq!(text(encoded(&longer)), refused);
    let hops = b"\x82\x00\x43hop".repeat(65);
    let counted = frame_to(&[b"\x98\x41", hops.as_slice()].concat());
    assert_eq!(text(TransportMessage::decode(&counted)), refused);
    let uncounted = frame_to(&[b"\x9f", hops.as_slice(), b"\xff"].concat());
    assert_eq!(text(TransportMessage::decode(&uncounted)), refused);
}

/// Sixteen mebibytes of empty addresses are refused at their number, before any is read.
#[test]
fn a_frame_of_empty_addresses() {
    let addresses = b"\x82\x00\x40".repeat(16 * 1024 * 1024 / 3);
    let frame = frame_to(&[b"\x9a\0\x55\x55\x55", addresses.as_slice()].concat());
    let refused = "5592405 addresses in a route exceed the limit of 64";
    assert_eq!(text(TransportMessage::decode(&frame)), refused);
}

#[test]
fn lengths_that_are_only_announced() {
    let most = b"\xff\xff\xff\xff\xff\xff\xff\xff";
    for major in [b"\x9b", b"\x5b", b"\x7b", b"\xbb"] {
        for before in [
            b"".as_slice(),
            b"\x83",
            b"\x83\x81",
            b"\x83\x81\x82\x00",
            b"\x83\x80\x80",
        ] {
            let frame = [before, major, most].concat();
            assert!(TransportMessage::decode(&frame).is_err(), "{frame:x?}");
        }
    }
}

#[test]
fn an_address() {
    let longest = to(Address::local(vec![7; MAX_ADDRESS]).into());
    let frame = encoded(&longest).unwrap();
    assert_eq!(TransportMessage::decode(&frame).unwrap(), longest);

    let longer = Address::local(vec![7; MAX_ADDRESS + 1]);
    let refused = "an address of 1025 bytes exceeds the limit of 1024";
    assert_eq!(text(encoded(&to(longer.into()))), refused);
    let frame = frame_to(&[b"\x81\x82\x00\x59\x04\x01", [7; 1025].as_slice()].concat());
    assert_eq!(text(TransportMessage::decode(&frame)), refused);
}

#[test]
fn tracing_that_is_too_long_is_dropped_where_it_is_read() {
    let text_of = |length: usize| "t".repeat(length);
    let longest = text_of(MAX_TRACING);
    let message = TransportMessage {
        tracing: Some(&longest),
        ..TransportMessage::default()
    };
    let frame = encoded(&message).unwrap();
    assert_eq!(TransportMessage::decode(&frame).unwrap(), message);

    let longer = text_of(MAX_TRACING + 1);
    let frame = [b"\x84\x80\x80\x40\x79\x40\x01", longer.as_bytes()].concat();
    assert_eq!(TransportMessage::decode(&frame).unwrap().tracing, None);
    let message = TransportMessage {
        tracing: Some(&longer),
        ..TransportMessage::default()
    };
    assert_eq!(
        text(encoded(&message)),
        "tracing of 16385 bytes exceeds the limit of 16384"
    );
}
