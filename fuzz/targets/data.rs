//! Whatever becomes of the frames of a channel, a frame is opened if it is one of the peer and its number has not been
//! passed, and is the one that was sealed; nothing else is, or changes anything.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use ockam_identity::Identity;
use ockam_secure_channel::data::{MAX_SKIPPED_FRAMES, OpenError, Opener, Sealer};
use ockam_secure_channel::handshake::{Initiator, Responder};

#[path = "ready.rs"]
mod ready;
#[path = "../../ockam_secure_channel/src/link/padding.rs"]
mod padding;
#[path = "../../ockam_secure_channel/src/link/record.rs"]
#[allow(dead_code)]
mod record;
#[path = "../../ockam_secure_channel/src/link/upstream.rs"]
#[allow(dead_code)]
mod upstream;
use ready::ready;

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    /// Seals some frames, the last one of which is kept.
    Seal {
        plaintext: &'a [u8],
        count: u8,
        times: u8,
    },
    /// Opens a frame that was kept, which may have been opened before.
    Open(u8),
    /// Opens a frame that was kept with a byte changed.
    Flip { frame: u8, at: u16, with: u8 },
    /// Opens any bytes.
    Forge(&'a [u8]),
}

struct Kept {
    number: u64,
    frame: Vec<u8>,
    plaintext: Vec<u8>,
}

fn channel() -> (Sealer, Opener) {
    let alice = ready(Identity::create()).expect("it is in memory");
    let bob = ready(Identity::create()).expect("it is in memory");
    let shaken = (|| {
        let (initiator, first) = ready(Initiator::begin(&alice))?;
        let responder = ready(Responder::new(&bob))?;
        let (responder, second) = ready(responder.answer(&first))?;
        let (of_alice, third) = ready(initiator.finish(&second, &|_| Ok(())))?;
        let of_bob = ready(responder.finish(&third, &|_| Ok(())))?;
        Ok::<_, ockam_core::Error>((of_alice.sealer, of_bob.opener))
    })();
    shaken.expect("nobody is in between")
}

fuzz_target!(|steps: Vec<Step<'_>>| {
    let (mut sealer, mut opener) = channel();
    let (mut sealed, mut next, mut kept) = (0_u64, 0_u64, Vec::<Kept>::new());
    for step in steps.iter().take(64) {
        match step {
            Step::Seal {
                plaintext,
                count,
                times,
            } => {
                let count = 1 + u64::from(*count) * u64::from(*times % 8);
                let mut frame = Vec::new();
                for _ in 0..count {
                    frame = sealer.frame(plaintext).expect("there are numbers left");
                }
                sealed += count;
                let (number, plaintext) = (sealed - 1, plaintext.to_vec());
                kept.push(Kept {
                    number,
                    frame,
                    plaintext,
                });
            }
            Step::Open(frame) => {
                let Some(kept) = kept.get(usize::from(*frame)) else {
                    continue;
                };
                let (mut frame, number) = (kept.frame.clone(), kept.number);
                match opener.open(&mut frame) {
                    Ok(opened) => {
                        assert_eq!(opened.plaintext, kept.plaintext);
                        assert_eq!(opened.skipped, number - next);
                        next = number + 1;
                    }
                    Err(OpenError::Replayed) => assert!(number < next),
                    Err(OpenError::TooFarAhead) => assert!(number - next > MAX_SKIPPED_FRAMES),
                    Err(error) => panic!("{error}"),
                }
            }
            Step::Flip { frame, at, with } => {
                let Some(kept) = kept.get(usize::from(*frame)) else {
                    continue;
                };
                let mut frame = kept.frame.clone();
                let at = usize::from(*at) % frame.len();
                frame[at] ^= with | 1;
                opener.open(&mut frame).expect_err("it was changed");
            }
            Step::Forge(bytes) => {
                // Sealed by the peer, it could be anything.
                if let Some(record::Record::Bytes(range)) = record::read(bytes) {
                    assert!(range.start <= range.end && range.end <= bytes.len());
                }
                if let Ok(upstream::Plaintext::Message(message)) = upstream::decode(bytes) {
                    let _ = ockam_transport::TransportMessage::decode(message);
                }
                opener
                    .open(&mut bytes.to_vec())
                    .expect_err("nobody has sealed it");
            }
        }
    }
});
