//! Everything that upstream Ockam 0.150 closes a connection on.

use ockam_transport::TransportMessage;
use ockam_transport::message::Error;

const WHOLE: &[u8] = b"\x84\x81\x82\x00\x46echoer\x81\x82\x00\x43app\x45hello\x62{}";

#[track_caller]
fn error(frame: &[u8]) -> Error {
    TransportMessage::decode(frame).expect_err("it is no message")
}

#[test]
fn what_is_malformed() {
    let frames: [(&str, &[u8]); 15] = [
        ("garbage", b"\xde\xad\xbe\xef"),
        ("text", b"hello"),
        ("a number", b"\x04"),
        ("a map", b"\xa4\x00\x80\x01\x80\x02\x40\x03\x60"),
        ("a map without a length", b"\xbf\x00\x80\x01\x80\xff"),
        ("a tagged array", b"\xc1\x83\x80\x80\x40"),
        ("a route that is null", b"\x83\xf6\x80\x40"),
        ("a route that is an address", b"\x83\x82\x00\x41a\x80\x40"),
        ("an address as text", b"\x83\x81\x82\x00\x61a\x80\x40"),
        (
            "an address in pieces",
            b"\x83\x81\x82\x00\x5f\x41a\xff\x80\x40",
        ),
        ("a type above 255", b"\x83\x81\x82\x19\x01\x00\x41a\x80\x40"),
        ("a type below 0", b"\x83\x81\x82\x20\x41a\x80\x40"),
        ("a payload as text", b"\x83\x80\x80\x60"),
        ("tracing as a number", b"\x84\x80\x80\x40\x00"),
        ("tracing that is not UTF-8", b"\x84\x80\x80\x40\x61\xff"),
    ];
    for (what, frame) in frames {
        let error = error(frame);
        assert!(matches!(error, Error::Malformed { .. }), "{what}: {error}");
    }
}

#[test]
fn the_error_names_the_place() {
    let text = "byte 4 is not the beginning of bytes";
    assert_eq!(error(b"\x83\x81\x82\x00\x61a\x80\x40").to_string(), text);
    let text = "byte 3 is not the beginning of a number below 256";
    assert_eq!(error(b"\x83\x81\x82\x19\x01\x00\x41a").to_string(), text);
    let text = "5 more bytes are needed where 4 are left";
    assert_eq!(error(b"\x83\x80\x80\x45hell").to_string(), text);
}

#[test]
fn a_long_value_that_is_cut_off() {
    let cases: [(&[u8], u64, usize); 7] = [
        (b"\x83\x80\x80\x58", 1, 0),                             // in its length
        (b"\x83\x80\x80\x59\x01", 2, 1),                         //
        (b"\x83\x80\x80\x5b\0\0\0", 8, 3),                       //
        (b"\x83\x80\x80\x58\x20hell", 32, 4),                    // in its bytes
        (b"\x83\x80\x80\x59\x01\x00hell", 256, 4),               //
        (b"\x84\x80\x80\x40\x79\x01\x00hell", 256, 4),           // a text
        (b"\x85\x80\x80\x40\xf6\xa2\x00\x01\x02\x19\x75", 2, 1), // a number
    ];
    for (frame, needed, left) in cases {
        assert_eq!(error(frame), Error::UnexpectedEnd { needed, left });
    }
}

#[test]
fn a_wrong_type_at_the_end() {
    for (frame, expected, position) in [
        (b"\x3a".as_slice(), "an array", 0),
        (b"\x83\x80\x80\x39", "bytes", 3),
        (b"\x83\x81\x82\x38", "a number", 3),
        (b"\x84\x80\x80\x40\x3b", "text", 4),
    ] {
        let refused = Error::Malformed { expected, position };
        assert_eq!(error(frame), refused, "{frame:x?}");
    }
}

#[test]
fn what_is_missing() {
    let frames: [(&[u8], &str); 6] = [
        (b"\x80", "the onward route"),
        (b"\x9f\xff", "the onward route"),
        (b"\x81\x80", "the return route"),
        (b"\x82\x80\x80", "the payload"),
        (b"\x83\x81\x80\x80\x40", "the type of an address"),
        (b"\x83\x81\x81\x00\x80\x40", "the value of an address"),
    ];
    for (frame, missing) in frames {
        assert_eq!(error(frame).to_string(), format!("{missing} is missing"));
    }
}

#[test]
fn an_address_of_three_parts() {
    let expected = "3 parts of an address exceed the limit of 2";
    assert_eq!(
        error(b"\x83\x81\x83\x00\x41a\x00\x80\x40").to_string(),
        expected
    );
    assert_eq!(
        error(b"\x83\x81\x9f\x00\x41a\x00\xff\x80\x40").to_string(),
        expected
    );
}

#[test]
fn a_message_cut_anywhere() {
    assert!(TransportMessage::decode(WHOLE).is_ok());
    for end in 0..WHOLE.len() {
        let error = error(&WHOLE[..end]);
        assert!(
            matches!(error, Error::UnexpectedEnd { .. }),
            "{end}: {error}"
        );
    }
    let five = [b"\x85", &WHOLE[1..]].concat();
    let (needed, left) = (1, 0);
    assert_eq!(error(&five), Error::UnexpectedEnd { needed, left });
}
