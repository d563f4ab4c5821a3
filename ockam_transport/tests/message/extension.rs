//! What nodes of this framework tell each other in the fifth element.

use std::time::Duration;

use ockam_core::{ErrorKind, route};
use ockam_transport::message::{
    Cancelled, EXTENSION_VERSION, Error, MAX_GRANTS, MAX_NAME, MAX_NAMES, MAX_UNKNOWN_DEPTH,
    Monitored, Monitoring, News,
};
use ockam_transport::{Extension, Failure, Grant, TransportMessage};

/// A message without anything but its extension ends in these bytes.
fn encode(extension: Extension<'_>) -> Result<Vec<u8>, Error> {
    let message = TransportMessage {
        extension: Some(extension),
        ..TransportMessage::default()
    };
    let mut frame = Vec::new();
    message.encode(&mut frame)?;
    let extension = frame.strip_prefix(b"\x85\x80\x80\x40\x62{}");
    Ok(extension.expect("five elements").to_vec())
}

fn frame(extension: &[u8]) -> Vec<u8> {
    [b"\x85\x80\x80\x40\x62{}", extension].concat()
}

#[track_caller]
fn same(extension: Extension<'_>, bytes: &[u8]) {
    assert_eq!(encode(extension.clone()).unwrap(), bytes);
    let frame = frame(bytes);
    let message = TransportMessage::decode(&frame).unwrap();
    assert_eq!(message.extension, Some(extension));
}

#[test]
fn its_bytes() {
    assert_eq!(EXTENSION_VERSION, 6);
    same(Extension::default(), b"\xa1\x00\x06");
    let named = Extension {
        type_name: Some("Deposit"),
        ..Extension::default()
    };
    same(named, b"\xa2\x00\x06\x01\x67Deposit");
    let all = Extension {
        version: EXTENSION_VERSION,
        type_name: Some("u64"),
        deadline: Some(Duration::from_secs(30)),
        failure: Some(Failure {
            kind: ErrorKind::WrongType,
            id: 7,
            names: vec!["u64", "i64"],
        }),
        grants: vec![
            Grant {
                to: "a".into(),
                messages: 16,
                bytes: 0,
            },
            Grant {
                to: "b".into(),
                messages: 1024,
                bytes: 65_536,
            },
        ],
        acknowledged: Some(70_000),
        shape: Some(0x0123_4567_89ab_cdef),
        part: Some(3),
        bundled: Some(2),
        parts: Some(70_000),
        part_grants: vec![Grant {
            to: "c".into(),
            messages: 256,
            bytes: 4_096,
        }],
        cancelled: Some(Cancelled::TimedOut),
        monitoring: Some(Box::new(Monitoring {
            number: 7,
            address: Some("d".into()),
        })),
        monitored: Some(Box::new(Monitored {
            number: 8,
            news: News::Restarted,
            worker: 9,
            incarnation: 70_000,
            next: 10,
        })),
    };
    let fields = [
        b"\xae\x00\x06".as_slice(),
        b"\x01\x63u64",
        b"\x02\x19\x75\x30",
        b"\x03\x83\x06\x07\x82\x63u64\x63i64",
        b"\x06\x82\x83\x82\x00\x41a\x10\x00\x83\x82\x00\x41b\x19\x04\x00\x1a\x00\x01\x00\x00",
        b"\x05\x1a\x00\x01\x11\x70",
        b"\x07\x1b\x01\x23\x45\x67\x89\xab\xcd\xef",
        b"\x09\x03",
        b"\x0a\x1a\x00\x01\x11\x70",
        b"\x0e\x02",
        b"\x0b\x81\x83\x82\x00\x41c\x19\x01\x00\x19\x10\x00",
        b"\x08\x01",
        b"\x0c\x82\x07\x82\x00\x41d",
        b"\x0d\x85\x08\x07\x09\x1a\x00\x01\x11\x70\x0a",
    ];
    same(all, &fields.concat());
}

#[test]
fn a_cancellation_is_a_number() {
    let read = |value: &[u8]| {
        let bytes = [b"\xa2\x00\x05\x08".as_slice(), value].concat();
        let frame = frame(&bytes);
        let read = TransportMessage::decode(&frame)?.extension;
        Ok::<_, Error>(read.unwrap().cancelled)
    };
    assert_eq!(read(b"\x00"), Ok(Some(Cancelled::Dropped)));
    assert_eq!(read(b"\x01"), Ok(Some(Cancelled::TimedOut)));
    let largest = b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff";
    assert_eq!(read(largest), Ok(Some(Cancelled::Dropped)));
    for garbage in [
        b"\xf6".as_slice(),
        b"\xf5",
        b"\x20",
        b"\x40",
        b"\x80",
        b"\xa0",
        b"\x1b\x00",
    ] {
        read(garbage).unwrap_err();
    }
}

#[test]
fn a_monitor_is_begun_and_ended_by_its_number() {
    let end = Extension {
        monitoring: Some(Box::new(Monitoring {
            number: 24,
            address: None,
        })),
        ..Extension::default()
    };
    same(end, b"\xa2\x00\x06\x0c\x81\x18\x18");
    let read = |value: &[u8]| {
        let bytes = [b"\xa2\x00\x06\x0c".as_slice(), value].concat();
        let frame = frame(&bytes);
        TransportMessage::decode(&frame).map(|read| read.extension.unwrap().monitoring.is_some())
    };
    // What a later version may add is skipped.
    assert_eq!(read(b"\x83\x07\x82\x00\x41d\xa1\x01\x80"), Ok(true));
    let address = [b"\x82\x07\x82\x00\x59\x04\x01".as_slice(), &[0; 1025]].concat();
    for garbage in [
        b"\xf6".as_slice(),
        b"\x80",
        b"\x81\x20",
        b"\x82\x07\x41d",
        &address,
    ] {
        read(garbage).unwrap_err();
    }
}

#[test]
fn what_a_monitor_tells_is_a_number() {
    let all = [
        News::Lives,
        News::Stopped,
        News::Killed,
        News::Panicked,
        News::Failed,
        News::GaveUp,
        News::Unknown,
        News::Restarted,
        News::TooMany,
    ];
    for (number, news) in (0_u8..).zip(all) {
        let told = Extension {
            monitored: Some(Box::new(Monitored {
                number: 1,
                news,
                worker: 2,
                incarnation: 3,
                next: 4,
            })),
            ..Extension::default()
        };
        same(
            told,
            &[b"\xa2\x00\x06\x0d\x85\x01".as_slice(), &[number, 2, 3, 4]].concat(),
        );
    }
    let read = |value: &[u8]| {
        let bytes = [b"\xa2\x00\x06\x0d".as_slice(), value].concat();
        let frame = frame(&bytes);
        TransportMessage::decode(&frame).map(|read| read.extension.unwrap().monitored.unwrap().news)
    };
    assert_eq!(
        read(b"\x85\x01\x09\x02\x03\x04"),
        Ok(News::Failed),
        "one that is not known"
    );
    assert_eq!(read(b"\x86\x01\x01\x02\x03\x04\x80"), Ok(News::Stopped));
    for garbage in [
        b"\xf6".as_slice(),
        b"\x84\x01\x01\x02\x03",
        b"\x85\x01\x20\x02\x03\x04",
    ] {
        read(garbage).unwrap_err();
    }
}

#[test]
fn unknown_fields_are_skipped() {
    let unknown = [
        b"\x18\x63\x82\x9f\xa1\x01\x80\xff\xf5".as_slice(), // nested
        b"\x18\x64\x5f\x41a\xff",                           // bytes in pieces
        b"\x18\x65\xf9\x3c\x00",                            // a half float
        b"\x18\x66\xc1\x1a\x00\x00\x00\x00",                // a tagged number
        b"\x61t\x01",                                       // a key as text
        b"\x20\x01",                                        // a negative key
        b"\xf6\x01",                                        // null as a key
        b"\x82\x01\x02\x01",                                // an array as a key
    ];
    for unknown in unknown {
        let bytes = [b"\xbf\x00\x01", unknown, b"\x01\x61t\xff"].concat();
        let frame = frame(&bytes);
        let extension = TransportMessage::decode(&frame).unwrap().extension.unwrap();
        assert_eq!(extension.type_name, Some("t"), "{unknown:x?}");
    }
}

#[test]
fn failures_and_grants_may_grow() {
    let bytes = b"\xa3\x00\x01\x03\x84\x01\x02\x81\x61a\x63new\x04\x81\x83\x82\x00\x41a\x05\x63new";
    let frame = frame(bytes);
    let extension = TransportMessage::decode(&frame).unwrap().extension.unwrap();
    let failure = extension.failure.unwrap();
    assert_eq!((failure.id, failure.names), (2, vec!["a"]));
    assert_eq!(
        extension.grants,
        [Grant {
            to: "a".into(),
            messages: 5,
            bytes: 0,
        }]
    );
}

#[test]
fn a_field_of_another_type_is_an_error() {
    let fields: [&[u8]; 15] = [
        b"\x01\x41t",                                      // a type name as bytes
        b"\x01\x61\xff",                                   // not UTF-8
        b"\x02\x61t",                                      // a deadline as text
        b"\x02\x20",                                       // a deadline in the past
        b"\x03\x01",                                       // a failure as a number
        b"\x03\x82\x01\x02",                               // a failure without names
        b"\x03\x83\x01\x02\x81\x05",                       // a name as a number
        b"\x04\xa0",                                       // grants as a map
        b"\x04\x81\x81\x82\x00\x40",                       // a grant without a number
        b"\x04\x81\x82\x82\x00\x40\x1b\0\0\0\x01\0\0\0\0", // more than 32 bits
        b"\x05\x81\x05",                                   // a count as an array
        b"\x05\x20",                                       // less than nothing
        b"\x07\x61s",                                      // a shape as text
        b"\x07\x48shapesha",                               // a shape as bytes
        b"\x09\x82\x01",                                   // an unknown field, cut off
    ];
    for field in fields {
        let frame = frame(&[b"\xa2\x00\x01", field].concat());
        assert!(TransportMessage::decode(&frame).is_err(), "{field:x?}");
    }
}

#[test]
fn a_deadline_is_never_shortened_to_nothing() {
    for (deadline, millis) in [
        (Duration::ZERO, 0),
        (Duration::from_nanos(1), 1),
        (Duration::from_micros(1_001), 2),
        (Duration::from_millis(7), 7),
        (Duration::MAX, u64::MAX),
    ] {
        let extension = Extension {
            deadline: Some(deadline),
            ..Extension::default()
        };
        let frame = frame(&encode(extension).unwrap());
        let read = TransportMessage::decode(&frame).unwrap().extension.unwrap();
        assert_eq!(read.deadline, Some(Duration::from_millis(millis)));
    }
}

#[test]
fn an_unknown_kind_of_failure_is_another_one() {
    let frame = frame(b"\xa2\x00\x01\x03\x83\x18\x63\x00\x80");
    let extension = TransportMessage::decode(&frame).unwrap().extension.unwrap();
    assert_eq!(extension.failure.unwrap().kind, ErrorKind::Other);
}

#[test]
fn limits_where_it_is_written() {
    let name = "n".repeat(MAX_NAME + 1);
    let failure = |names| Extension {
        failure: Some(Failure {
            kind: ErrorKind::Other,
            id: 0,
            names,
        }),
        ..Extension::default()
    };
    let grants = |count, length| Extension {
        grants: vec![
            Grant {
                to: "a".repeat(length).into(),
                messages: 1,
                bytes: 0,
            };
            count
        ],
        ..Extension::default()
    };
    let named = Extension {
        type_name: Some(&name),
        ..Extension::default()
    };
    let refused = |extension| encode(extension).unwrap_err().to_string();

    assert_eq!(
        refused(named),
        "the name of a type of 4097 bytes exceeds the limit of 4096"
    );
    let long_name = refused(failure(vec![name.as_str()]));
    assert_eq!(
        long_name,
        "a name in a failure of 4097 bytes exceeds the limit of 4096"
    );
    let many_names = refused(failure(vec!["n"; MAX_NAMES + 1]));
    assert_eq!(many_names, "5 names in a failure exceed the limit of 4");
    let many_grants = refused(grants(MAX_GRANTS + 1, 1));
    assert_eq!(many_grants, "257 grants exceed the limit of 256");
    assert!(encode(grants(MAX_GRANTS, 1000)).is_ok());
}

#[test]
fn limits_where_it_is_read() {
    let name = "n".repeat(MAX_NAME + 1);
    let long_name = [b"\xa2\x00\x01\x01\x79\x10\x01", name.as_bytes()].concat();
    let many_names = [b"\xa2\x00\x01\x03\x83\x00\x00\x85".as_slice(), &[0x60; 5]].concat();
    let grants = b"\x82\x82\x00\x40\x01".repeat(MAX_GRANTS + 1);
    let many_grants = [b"\xa2\x00\x01\x04\x9f", grants.as_slice(), b"\xff"].concat();
    for (bytes, refused) in [
        (
            long_name,
            "the name of a type of 4097 bytes exceeds the limit of 4096",
        ),
        (many_names, "5 names in a failure exceed the limit of 4"),
        (many_grants, "257 grants exceed the limit of 256"),
    ] {
        let error = TransportMessage::decode(&frame(&bytes)).unwrap_err();
        assert_eq!(error.to_string(), refused);
    }
}

#[test]
fn unknown_values_may_be_long_but_not_deep() {
    let unknown = |value: Vec<u8>| frame(&[b"\xa2\x00\x01\x18\x6e", value.as_slice()].concat());
    let long = unknown([vec![0x9a, 0, 0x10, 0, 0], vec![0; 0x10_0000]].concat());
    assert!(TransportMessage::decode(&long).is_ok());
    for nest in [
        b"\x81".as_slice(),
        b"\x9f",
        b"\xa1\x00",
        b"\xbf\x00",
        b"\xc1",
    ] {
        let deepest = unknown([nest.repeat(MAX_UNKNOWN_DEPTH), vec![0; 1]].concat());
        let error = TransportMessage::decode(&deepest).err();
        assert!(
            error.is_none_or(|error| error != Error::TooDeep),
            "{nest:x?}"
        );
        let deeper = unknown(nest.repeat(8 * 1024 * 1024));
        assert_eq!(
            TransportMessage::decode(&deeper),
            Err(Error::TooDeep),
            "{nest:x?}"
        );
    }
}

#[test]
fn it_does_not_disturb_the_rest() {
    let message = TransportMessage {
        onward: route!["echoer"],
        return_route: route!["app"],
        payload: b"hello",
        tracing: Some("{\"traceparent\":\"00-\"}"),
        extension: Some(Extension::default()),
    };
    let mut frame = Vec::new();
    message.encode(&mut frame).unwrap();
    assert_eq!(TransportMessage::decode(&frame).unwrap(), message);
}

#[test]
fn every_version_is_read() {
    // The number of an extension of version 1, which had no acknowledgements, and of one to come, with a
    // field that is new and one that is of another type.
    for (bytes, version) in [
        (b"\xa2\x00\x01\x01\x61t".as_slice(), 1),
        (b"\xa2\x00\x02\x01\x61t", 2),
        (b"\xa2\x00\x03\x01\x61t", 3),
        (b"\xa2\x00\x04\x01\x61t", 4),
        (b"\xa2\x00\x05\x01\x61t", 5),
        (b"\xa2\x00\x06\x01\x61t", 6),
        (b"\xa4\x00\x07\x01\x61t\x18\x20\xa1\x01\x02\x02\x61x", 7),
        (
            b"\xa2\x00\x1b\xff\xff\xff\xff\xff\xff\xff\xff\x01\x61t",
            u64::MAX,
        ),
    ] {
        let frame = frame(bytes);
        let read = TransportMessage::decode(&frame).unwrap().extension;
        let expected = Extension {
            version,
            type_name: Some("t"),
            ..Extension::default()
        };
        assert_eq!(read, Some(expected), "{bytes:x?}");
    }
}

#[test]
fn an_earlier_version_is_written_for_peers_that_speak_no_later_one() {
    let earlier = Extension {
        version: 1,
        type_name: Some("t"),
        ..Extension::default()
    };
    same(earlier, b"\xa2\x00\x01\x01\x61t");
    // Version 2 has no credit in bytes.
    let grant = |bytes| Extension {
        version: 2,
        grants: vec![Grant {
            to: "a".into(),
            messages: 16,
            bytes,
        }],
        ..Extension::default()
    };
    let bytes = b"\xa2\x00\x02\x04\x81\x82\x82\x00\x41a\x10";
    same(grant(0), bytes);
    assert_eq!(encode(grant(70_000)).unwrap(), encode(grant(0)).unwrap());
}
