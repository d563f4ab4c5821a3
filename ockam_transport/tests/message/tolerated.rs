//! Everything that upstream Ockam 0.150 reads.

use ockam_core::{Address, TransportType, route};
use ockam_transport::TransportMessage;

const ROUTES: &[u8] = b"\x81\x82\x00\x46echoer\x81\x82\x00\x43app";
const PAYLOAD: &[u8] = b"\x45hello";

fn frame(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// Reads a frame that holds the same message, but for the tracing.
#[track_caller]
fn tracing(frame: &[u8]) -> Option<&str> {
    let message = TransportMessage::decode(frame).unwrap();
    assert_eq!(message.onward, route!["echoer"]);
    assert_eq!(message.return_route, route!["app"]);
    assert_eq!(message.payload, b"hello");
    assert_eq!(message.extension, None);
    message.tracing
}

#[test]
fn three_elements_and_more() {
    assert_eq!(tracing(&frame(&[b"\x83", ROUTES, PAYLOAD])), None);
    assert_eq!(
        tracing(&frame(&[b"\x84", ROUTES, PAYLOAD, b"\x62{}"])),
        None
    );
    let fifth = [
        b"\x00".as_slice(),  // a number
        b"\xf6",             // null
        b"\x63abc",          // text
        b"\x83\x01\x02\x03", // an array
        b"\xa0",             // a map without a version
        b"\xa1\x61a\x01",    // a map of another kind
        b"\xa1\x01\x01",     // a map that begins with another key
        b"\xa1\x00\x61x",    // a version that is no number
        b"\xa1\x00\x00",     // a version that there is not
    ];
    for fifth in fifth {
        let five = frame(&[b"\x85", ROUTES, PAYLOAD, b"\x62{}", fifth]);
        assert_eq!(tracing(&five), None, "{fifth:x?}");
    }
    let seven = frame(&[b"\x87", ROUTES, PAYLOAD, b"\x62{}", b"\x01\x02\x03"]);
    assert_eq!(tracing(&seven), None);
}

#[test]
fn any_tracing() {
    for (junk, read) in [
        (b"\xf6".as_slice(), None),
        (b"\x60", Some("")),
        (b"\x62{}", None),
        (b"\x64junk", Some("junk")),
        (b"\x67{\"a\":1}", Some("{\"a\":1}")),
    ] {
        assert_eq!(tracing(&frame(&[b"\x84", ROUTES, PAYLOAD, junk])), read);
    }
}

#[test]
fn arrays_without_a_length() {
    let routes = b"\x9f\x9f\x00\x46echoer\xff\xff\x9f\x9f\x00\x43app\xff\xff";
    assert_eq!(tracing(&frame(&[b"\x9f", routes, PAYLOAD, b"\xff"])), None);
    let four = frame(&[b"\x9f", routes, PAYLOAD, b"\x61t\xff"]);
    assert_eq!(tracing(&four), Some("t"));
    let five = frame(&[b"\x9f", routes, PAYLOAD, b"\x61t\x05\xff"]);
    assert_eq!(tracing(&five), Some("t"));
}

#[test]
fn numbers_that_are_longer_than_they_have_to_be() {
    let frame = frame(&[
        b"\x9b\0\0\0\0\0\0\0\x03",
        b"\x98\x01\x99\x00\x02\x1b\0\0\0\0\0\0\0\0\x5a\0\0\0\x06echoer",
        b"\x9a\0\0\0\x01\x98\x02\x18\x00\x59\0\x03app",
        b"\x5b\0\0\0\0\0\0\0\x05hello",
    ]);
    assert_eq!(tracing(&frame), None);
}

#[test]
fn bytes_behind_the_array() {
    let frame = frame(&[b"\x84", ROUTES, PAYLOAD, b"\x62{}", b"\xff\x00trailing"]);
    assert_eq!(tracing(&frame), None);
}

#[test]
fn empty_routes_and_an_empty_payload() {
    let message = TransportMessage::decode(b"\x83\x80\x80\x40").unwrap();
    assert_eq!(message, TransportMessage::default());
    let message = TransportMessage::decode(b"\x83\x9f\xff\x80\x40").unwrap();
    assert_eq!(message, TransportMessage::default());
}

#[test]
fn addresses_of_any_type_and_without_a_value() {
    let message = TransportMessage::decode(b"\x83\x82\x82\x18\xff\x40\x82\x01\x41\xff\x80\x40");
    let tcp = Address::new(TransportType::TCP, [0xff]);
    let unknown = Address::new(TransportType::new(255), "");
    assert_eq!(message.unwrap().onward, route![unknown, tcp]);
}
