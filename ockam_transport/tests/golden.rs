//! The bytes that two nodes of upstream Ockam 0.150 exchange, written and read.

use ockam_body::{decode_body, encode_body};
use ockam_core::{Route, route};
use ockam_transport::TransportMessage;
use ockam_transport::frame::{self, Decoder, Event, VERSION};

const REPLY_ADDRESS: &str = "4d5fca7c4b2de4b3f9b04a8f8c2f2a6e";

/// An echo, from the initiator to the responder.
fn request() -> Vec<u8> {
    [
        b"\x01".as_slice(),        // protocol version, once
        b"\x00\x00\x00\x41",       // length 65
        b"\x84",                   // array(4)
        b"\x81\x82\x00\x46echoer", // onward
        b"\x81\x82\x00\x58\x20",   // return: a temporary reply address
        REPLY_ADDRESS.as_bytes(),  //
        b"\x4d\x0cHello Ockam!",   // payload bytes(13): BARE 12
        b"\x62{}",                 // tracing
    ]
    .concat()
}

/// And back.
fn reply() -> Vec<u8> {
    [
        b"\x01\x00\x00\x00\x41\x84\x81\x82\x00\x58\x20".as_slice(),
        REPLY_ADDRESS.as_bytes(),
        b"\x81\x82\x00\x46echoer\x4d\x0cHello Ockam!\x62{}",
    ]
    .concat()
}

fn write(onward: Route, return_route: Route) -> Vec<u8> {
    let mut body = Vec::new();
    encode_body(&"Hello Ockam!".to_string(), &mut body).unwrap();
    let message = TransportMessage {
        onward,
        return_route,
        payload: &body,
        ..TransportMessage::default()
    };
    let mut stream = vec![VERSION];
    frame::append::<ockam_core::Error>(&mut stream, |frame| Ok(message.encode(frame)?)).unwrap();
    stream
}

fn read(stream: &[u8]) -> (Route, Route, String) {
    let mut decoder = Decoder::new();
    decoder.feed(stream);
    assert_eq!(decoder.next_event(), Ok(Some(Event::Version)));
    let Ok(Some(Event::Frame(frame))) = decoder.next_event() else {
        panic!("no frame");
    };
    let message = TransportMessage::decode(frame).unwrap();
    assert_eq!((message.tracing, &message.extension), (None, &None));
    let body = decode_body(message.payload).unwrap();
    let routes = (message.onward, message.return_route);
    assert_eq!(decoder.next_event(), Ok(None));
    assert_eq!(decoder.unfinished(), 0);
    (routes.0, routes.1, body)
}

#[test]
fn an_echo_is_seventy_bytes_each_way() {
    assert_eq!((request().len(), reply().len()), (70, 70));
}

#[test]
fn the_request() {
    let routes = (route!["echoer"], route![REPLY_ADDRESS]);
    assert_eq!(write(routes.0.clone(), routes.1.clone()), request());
    assert_eq!(
        read(&request()),
        (routes.0, routes.1, "Hello Ockam!".into())
    );
}

#[test]
fn the_reply() {
    let routes = (route![REPLY_ADDRESS], route!["echoer"]);
    assert_eq!(write(routes.0.clone(), routes.1.clone()), reply());
    assert_eq!(read(&reply()), (routes.0, routes.1, "Hello Ockam!".into()));
}

/// The plaintext of a secure channel's data holds the same routes and payload.
#[test]
fn a_message_from_within_a_secure_channel() {
    let inner = b"\x83\x81\x82\x00\x45pyapp\x81\x82\x00\x46echoer\x4d\x0cHello Ockam!";
    let message = TransportMessage::decode(inner).unwrap();
    assert_eq!(message.onward, route!["pyapp"]);
    assert_eq!(message.return_route, route!["echoer"]);
    assert_eq!(
        decode_body::<String>(message.payload).unwrap(),
        "Hello Ockam!"
    );
}
