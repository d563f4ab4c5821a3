//! The bytes that two nodes of this framework exchange, written and read: what version 6 of the extension
//! looks like on the wire. A change of these bytes is another version.

use std::time::Duration;

use ockam_core::{ErrorKind, route};
use ockam_transport::frame::{self, Decoder, Event, VERSION};
use ockam_transport::message::{Cancelled, Monitored, Monitoring, News};
use ockam_transport::{Extension, Failure, Grant, TransportMessage};

/// Checks that a message is written as these bytes, and that they are read as this message.
#[track_caller]
fn same(message: &TransportMessage<'_>, bytes: &[u8]) {
    let mut written = vec![VERSION];
    frame::append::<ockam_core::Error>(&mut written, |frame| Ok(message.encode(frame)?)).unwrap();
    let expected = [
        &[VERSION],
        (bytes.len() as u32).to_be_bytes().as_slice(),
        bytes,
    ]
    .concat();
    assert_eq!(written, expected);

    let mut decoder = Decoder::new();
    decoder.feed(&expected);
    assert_eq!(decoder.next_event(), Ok(Some(Event::Version)));
    let Ok(Some(Event::Frame(frame))) = decoder.next_event() else {
        panic!("no frame");
    };
    assert_eq!(&TransportMessage::decode(frame).unwrap(), message);
}

fn only(extension: Extension<'_>) -> TransportMessage<'_> {
    TransportMessage {
        extension: Some(extension),
        ..TransportMessage::default()
    }
}

/// The fingerprint of a `String`. If it changed, nodes of two versions would refuse each other's messages.
const SHAPE_OF_STRING: u64 = 0x66c1_b117_f7a8_e6b3;

#[test]
fn the_shape_of_a_text() {
    let shape = ockam_body::Shape::of::<String>();
    assert_eq!(shape.fingerprint(), Some(SHAPE_OF_STRING));
}

#[test]
fn the_greeting() {
    same(
        &only(Extension::default()),
        b"\x85\x80\x80\x40\x62{}\xa1\x00\x06",
    );
}

#[test]
fn a_tell() {
    let tell = TransportMessage {
        onward: route!["echoer"],
        return_route: route!["app"],
        payload: b"\x05hello",
        ..only(Extension {
            type_name: Some("string"),
            shape: Some(SHAPE_OF_STRING),
            ..Extension::default()
        })
    };
    let bytes = [
        b"\x85".as_slice(),
        b"\x81\x82\x00\x46echoer",
        b"\x81\x82\x00\x43app",
        b"\x46\x05hello",
        b"\x62{}",
        b"\xa3\x00\x06\x01\x66string\x07\x1b\x66\xc1\xb1\x17\xf7\xa8\xe6\xb3",
    ];
    same(&tell, &bytes.concat());
}

#[test]
fn a_question() {
    let question = TransportMessage {
        onward: route!["middle", "echoer"],
        return_route: route!["4d5fca7c4b2de4b3f9b04a8f8c2f2a6e"],
        payload: b"\x07",
        ..only(Extension {
            type_name: Some("u8"),
            deadline: Some(Duration::from_secs(30)),
            ..Extension::default()
        })
    };
    let bytes = [
        b"\x85".as_slice(),
        b"\x82\x82\x00\x46middle\x82\x00\x46echoer",
        b"\x81\x82\x00\x58\x204d5fca7c4b2de4b3f9b04a8f8c2f2a6e",
        b"\x41\x07",
        b"\x62{}",
        b"\xa3\x00\x06\x01\x62u8\x02\x19\x75\x30",
    ];
    same(&question, &bytes.concat());
}

#[test]
fn credit_and_an_acknowledgement() {
    let grant = Grant {
        to: "echoer".into(),
        messages: 256,
        bytes: 16_384,
    };
    let credit = only(Extension {
        grants: vec![grant],
        ..Extension::default()
    });
    same(
        &credit,
        b"\x85\x80\x80\x40\x62{}\xa2\x00\x06\x06\x81\x83\x82\x00\x46echoer\x19\x01\x00\x19\x40\x00",
    );
    let acknowledgement = only(Extension {
        acknowledged: Some(4096),
        ..Extension::default()
    });
    same(
        &acknowledgement,
        b"\x85\x80\x80\x40\x62{}\xa2\x00\x06\x05\x19\x10\x00",
    );
}

#[test]
fn a_failure() {
    let failure = TransportMessage {
        onward: route!["app"],
        ..only(Extension {
            failure: Some(Failure {
                kind: ErrorKind::UnknownAddress,
                id: 7,
                names: vec!["0#nobody"],
            }),
            acknowledged: Some(1),
            ..Extension::default()
        })
    };
    let bytes = [
        b"\x85\x81\x82\x00\x43app\x80\x40\x62{}".as_slice(),
        b"\xa3\x00\x06\x03\x83\x01\x07\x81\x680#nobody\x05\x01",
    ];
    same(&failure, &bytes.concat());
}

/// The question came with this return route, by the same connection.
#[test]
fn nobody_waits_for_an_answer() {
    let cancelled = TransportMessage {
        return_route: route!["asker"],
        extension: Some(Extension {
            cancelled: Some(Cancelled::Dropped),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    };
    let bytes = [
        b"\x85\x80\x81\x82\x00\x45asker\x40\x62{}".as_slice(),
        b"\xa2\x00\x06\x08\x00",
    ];
    same(&cancelled, &bytes.concat());
}

/// The worker is monitored, has failed and was started again, and is not monitored any more.
#[test]
fn a_worker_is_monitored() {
    let monitoring = |address| {
        only(Extension {
            monitoring: Some(Box::new(Monitoring { number: 3, address })),
            ..Extension::default()
        })
    };
    same(
        &monitoring(Some("echoer".into())),
        b"\x85\x80\x80\x40\x62{}\xa2\x00\x06\x0c\x82\x03\x82\x00\x46echoer",
    );
    let told = |news, worker, incarnation, next| {
        only(Extension {
            monitored: Some(Box::new(Monitored {
                number: 3,
                news,
                worker,
                incarnation,
                next,
            })),
            ..Extension::default()
        })
    };
    same(
        &told(News::Lives, 17, 18, 0),
        b"\x85\x80\x80\x40\x62{}\xa2\x00\x06\x0d\x85\x03\x00\x11\x12\x00",
    );
    same(
        &told(News::Restarted, 0, 18, 256),
        b"\x85\x80\x80\x40\x62{}\xa2\x00\x06\x0d\x85\x03\x07\x00\x12\x19\x01\x00",
    );
    same(
        &monitoring(None),
        b"\x85\x80\x80\x40\x62{}\xa2\x00\x06\x0c\x81\x03",
    );
}

/// A node that speaks version 2 is granted messages only.
#[test]
fn credit_of_version_2() {
    let grant = Grant {
        to: "echoer".into(),
        messages: 256,
        bytes: 0,
    };
    let credit = only(Extension {
        version: 2,
        grants: vec![grant],
        ..Extension::default()
    });
    same(
        &credit,
        b"\x85\x80\x80\x40\x62{}\xa2\x00\x02\x04\x81\x82\x82\x00\x46echoer\x19\x01\x00",
    );
}

#[test]
fn an_answer_that_goes_on() {
    let begin = TransportMessage {
        onward: route!["asker"],
        ..only(Extension {
            type_name: Some("ockam::stream"),
            ..Extension::default()
        })
    };
    same(
        &begin,
        b"\x85\x81\x82\x00\x45asker\x80\x40\x62{}\xa2\x00\x06\x01\x6dockam::stream",
    );
    let part = TransportMessage {
        onward: route!["asker"],
        payload: b"\x07",
        ..only(Extension {
            type_name: Some("u8"),
            part: Some(1),
            ..Extension::default()
        })
    };
    same(
        &part,
        b"\x85\x81\x82\x00\x45asker\x80\x41\x07\x62{}\xa3\x00\x06\x01\x62u8\x09\x01",
    );
    let two = TransportMessage {
        onward: route!["asker"],
        payload: b"\x01\x00\x00\x00\x08\x01\x00\x00\x00\x09",
        ..only(Extension {
            type_name: Some("u8"),
            part: Some(2),
            bundled: Some(2),
            ..Extension::default()
        })
    };
    same(
        &two,
        b"\x85\x81\x82\x00\x45asker\x80\x4a\x01\x00\x00\x00\x08\x01\x00\x00\x00\x09\x62{}\xa4\x00\x06\x01\x62u8\x09\x02\x0e\x02",
    );
    let end = TransportMessage {
        onward: route!["asker"],
        ..only(Extension {
            parts: Some(1),
            ..Extension::default()
        })
    };
    same(
        &end,
        b"\x85\x81\x82\x00\x45asker\x80\x40\x62{}\xa2\x00\x06\x0a\x01",
    );
    let credit = |messages, bytes| {
        only(Extension {
            part_grants: vec![Grant {
                to: "asker".into(),
                messages,
                bytes,
            }],
            ..Extension::default()
        })
    };
    same(
        &credit(4, 4_096),
        b"\x85\x80\x80\x40\x62{}\xa2\x00\x06\x0b\x81\x83\x82\x00\x45asker\x04\x19\x10\x00",
    );
    // Nobody reads any more.
    same(
        &credit(0, 0),
        b"\x85\x80\x80\x40\x62{}\xa2\x00\x06\x0b\x81\x83\x82\x00\x45asker\x00\x00",
    );
}
