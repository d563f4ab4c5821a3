//! Frames on a stream of bytes.

use ockam_transport::frame::{self, Decoder, Error, Event, MAX_LENGTH, VERSION};
use proptest::collection::vec;
use proptest::prelude::{any, proptest};

/// Takes all events, and returns the frames.
fn frames(decoder: &mut Decoder) -> Result<Vec<Vec<u8>>, Error> {
    let mut frames = Vec::new();
    while let Some(event) = decoder.next_event()? {
        match event {
            Event::Version => {}
            Event::Frame(frame) => frames.push(frame.to_vec()),
        }
    }
    Ok(frames)
}

/// Takes all frames, many at once.
fn frames_together(decoder: &mut Decoder) -> Result<Vec<Vec<u8>>, Error> {
    let mut frames = Vec::new();
    while let Some(event) = decoder.next_event()? {
        if let Event::Frame(frame) = event {
            frames.push(frame.to_vec());
        }
        let together = decoder.frames().take(3).map(<[u8]>::to_vec);
        let together: Vec<_> = together.collect();
        decoder.skip(together.len());
        frames.extend(together);
    }
    Ok(frames)
}

fn stream(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut stream = vec![VERSION];
    for frame in frames {
        append(&mut stream, frame).unwrap();
    }
    stream
}

fn put(decoder: &mut Decoder, bytes: &[u8]) {
    decoder.space()[..bytes.len()].copy_from_slice(bytes);
    decoder.filled(bytes.len());
}

fn append(stream: &mut Vec<u8>, body: &[u8]) -> Result<(), Error> {
    frame::append(stream, |frame| {
        frame.extend_from_slice(body);
        Ok(())
    })
}

#[test]
fn the_version_comes_first_and_once() {
    let mut decoder = Decoder::new();
    assert_eq!(decoder.next_event(), Ok(None));
    decoder.feed(&[VERSION]);
    assert_eq!(decoder.next_event(), Ok(Some(Event::Version)));
    assert_eq!(decoder.next_event(), Ok(None));
    assert_eq!(decoder.unfinished(), 0);
}

#[test]
fn bad_streams_stay_bad() {
    let cases: [(&[u8], Error); 6] = [
        (b"\x00", Error::Version(0)),
        (b"\x02\x00\x00\x00\x01x", Error::Version(2)),
        (b"GET / HTTP/1.1\r\n", Error::Version(b'G')),
        (b"\x01\x00\x00\x00\x00", Error::Empty),
        (b"\x01\x01\x00\x00\x01", too_long(MAX_LENGTH + 1)),
        (b"\x01\xff\xff\xff\xff", too_long(u32::MAX as usize)),
    ];
    for (stream, error) in cases {
        let mut decoder = Decoder::new();
        decoder.feed(stream);
        assert_eq!(frames(&mut decoder), Err(error.clone()), "{stream:x?}");
        decoder.feed(&[VERSION, 0, 0, 0, 1, 0]);
        assert_eq!(decoder.frames().next(), None, "{stream:x?}");
        assert_eq!(frames(&mut decoder), Err(error), "{stream:x?}");
    }
}

fn too_long(length: usize) -> Error {
    Error::TooLong {
        length,
        limit: MAX_LENGTH,
    }
}

#[test]
fn frames_before_a_bad_one_are_read() {
    let mut decoder = Decoder::new();
    decoder.feed(b"\x01\x00\x00\x00\x01x\x00\x00\x00\x00");
    assert_eq!(decoder.next_event(), Ok(Some(Event::Version)));
    assert_eq!(decoder.next_event(), Ok(Some(Event::Frame(b"x"))));
    assert_eq!(decoder.next_event(), Err(Error::Empty));
}

#[test]
fn the_limit_is_inclusive() {
    let longest = vec![7; MAX_LENGTH];
    let mut decoder = Decoder::new();
    decoder.feed(&stream(&[longest]));
    assert_eq!(frames(&mut decoder).unwrap()[0].len(), MAX_LENGTH);

    let mut buffer = b"before".to_vec();
    let refused = append(&mut buffer, &vec![7; MAX_LENGTH + 1]);
    assert_eq!(refused, Err(too_long(MAX_LENGTH + 1)));
    assert_eq!(append(&mut buffer, &[]), Err(Error::Empty));
    assert_eq!(buffer, b"before");
}

#[test]
fn the_limit_can_be_lowered() {
    let mut decoder = Decoder::with_limit(3);
    decoder.feed(&stream(&[b"yes".to_vec(), b"long".to_vec()]));
    assert_eq!(decoder.next_event(), Ok(Some(Event::Version)));
    assert_eq!(decoder.next_event(), Ok(Some(Event::Frame(b"yes"))));
    let error = Error::TooLong {
        length: 4,
        limit: 3,
    };
    assert_eq!(decoder.next_event(), Err(error));
}

#[test]
fn nothing_is_reserved_for_what_was_only_announced() {
    let mut decoder = Decoder::new();
    decoder.feed(&[VERSION, 0x01, 0x00, 0x00, 0x00]);
    assert_eq!(frames(&mut decoder), Ok(vec![]));
    for _ in 0..4 {
        assert!(decoder.space().len() <= 64 * 1024);
        decoder.feed(&[0; 100]);
    }
    assert_eq!(decoder.unfinished(), 404);
}

#[test]
fn there_is_always_space() {
    let mut decoder = Decoder::new();
    decoder.feed(&[VERSION, 0x00, 0x10, 0x00, 0x00]);
    assert_eq!(frames(&mut decoder), Ok(vec![]));
    for _ in 0..1024 * 1024 {
        let space = decoder.space();
        assert!(!space.is_empty());
        space[0] = 7;
        decoder.filled(1);
    }
    assert_eq!(frames(&mut decoder).unwrap(), [vec![7; 1024 * 1024]]);
}

#[test]
fn space_grows_with_what_arrives_and_is_given_back() {
    let frame = vec![7; 4 * 1024 * 1024];
    let stream = stream(&[frame.clone(), b"x".to_vec()]);
    let mut decoder = Decoder::new();
    let mut rest = stream.as_slice();
    let mut taken = 0;
    while !rest.is_empty() {
        let held = decoder.unfinished();
        let room = decoder.space().len();
        assert!(room <= 64 * 1024 || room <= 4 * held, "{room} for {held}");
        let (now, later) = rest.split_at(room.min(rest.len()));
        put(&mut decoder, now);
        rest = later;
        taken += frames(&mut decoder).unwrap().len();
    }
    assert_eq!(taken, 2);
    assert!(decoder.space().len() <= 256 * 1024);
}

#[test]
fn a_long_frame_is_given_back_although_the_next_has_begun() {
    let mut decoder = Decoder::new();
    decoder.feed(&stream(&[vec![7; 4 * 1024 * 1024]]));
    decoder.feed(&[0]);
    assert_eq!(frames(&mut decoder).unwrap().len(), 1);
    assert_eq!(decoder.unfinished(), 1);
    assert!(decoder.space().len() <= 256 * 1024);
}

proptest! {
    /// The frames are the same, however the stream is cut, fed and taken.
    #[test]
    fn cuts_do_not_matter(
        sent in vec(vec(any::<u8>(), 1..300), 0..20),
        cuts in vec((1..200_usize, any::<bool>(), any::<bool>()), 1..20),
    ) {
        let stream = stream(&sent);
        let mut decoder = Decoder::new();
        let mut received = Vec::new();
        let mut rest = stream.as_slice();
        for &(length, copied, together) in cuts.iter().cycle() {
            let (now, later) = rest.split_at(length.min(rest.len()));
            match copied {
                true => decoder.feed(now),
                false => put(&mut decoder, now),
            }
            let taken = match together {
                true => frames_together(&mut decoder),
                false => frames(&mut decoder),
            };
            received.extend(taken.unwrap());
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        assert_eq!(received, sent);
        assert_eq!(decoder.unfinished(), 0);
    }
}
