//! However a stream is cut, it holds the same frames or the same error, and no more memory than
//! its bytes account for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ockam_transport::frame::{Decoder, Error, Event};

const LIMIT: usize = 1024 * 1024;

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, stream) = input;
    let mut whole = Decoder::with_limit(LIMIT);
    whole.feed(stream);
    let expected = take(&mut whole);

    let mut decoder = Decoder::with_limit(LIMIT);
    let mut taken = Ok(Vec::new());
    for part in stream.chunks(1 + usize::from(cut)) {
        let held = decoder.unfinished();
        let space = decoder.space();
        assert!(space.len() <= (256 * 1024).max(4 * held));
        space[..part.len()].copy_from_slice(part);
        decoder.filled(part.len());
        taken = taken.and_then(|mut taken: Vec<_>| {
            taken.append(&mut take(&mut decoder)?);
            Ok(taken)
        });
    }
    match (expected, taken) {
        (Ok(expected), Ok(taken)) => {
            assert_eq!(expected, taken);
            assert_eq!(whole.unfinished(), decoder.unfinished());
        }
        (expected, taken) => assert_eq!(expected.err(), taken.err()),
    }
});

fn take(decoder: &mut Decoder) -> Result<Vec<Option<Vec<u8>>>, Error> {
    let mut events = Vec::new();
    while let Some(event) = decoder.next_event()? {
        events.push(match event {
            Event::Version => None,
            Event::Frame(frame) => Some(frame.to_vec()),
        });
    }
    Ok(events)
}
