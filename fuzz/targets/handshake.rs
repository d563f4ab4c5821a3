//! Whatever becomes of the three messages of a handshake, nobody panics, and both sides finish only if each has read
//! what the other one has written, byte by byte.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use ockam_identity::Identity;
use ockam_secure_channel::handshake::{Initiator, Responder};

#[path = "ready.rs"]
mod ready;
use ready::ready;

/// What becomes of a message.
#[derive(Arbitrary, Debug)]
enum Fate<'a> {
    Passes,
    Replaced(&'a [u8]),
    Flipped { at: u16, with: u8 },
    Cut { at: u16 },
    Longer(&'a [u8]),
}

impl Fate<'_> {
    fn of(&self, message: &[u8]) -> Vec<u8> {
        let mut message = message.to_vec();
        match self {
            Self::Passes => {}
            Self::Replaced(bytes) => message = bytes.to_vec(),
            Self::Flipped { at, with } => {
                let at = usize::from(*at) % message.len();
                message[at] ^= with;
            }
            Self::Cut { at } => message.truncate(usize::from(*at)),
            Self::Longer(bytes) => message.extend_from_slice(bytes),
        }
        message
    }
}

fn identities() -> &'static [Identity; 2] {
    static IDENTITIES: OnceLock<[Identity; 2]> = OnceLock::new();
    IDENTITIES.get_or_init(|| [(); 2].map(|()| ready(Identity::create()).expect("it is in memory")))
}

fuzz_target!(|fates: (Fate<'_>, Fate<'_>, Fate<'_>)| {
    let [alice, bob] = identities();
    let (initiator, first) = ready(Initiator::begin(alice)).expect("the vault is in memory");
    let seen = fates.0.of(&first);
    let responder = ready(Responder::new(bob)).expect("the vault is in memory");
    let Ok((responder, second)) = ready(responder.answer(&seen)) else {
        assert_ne!(seen, first);
        return;
    };
    let mut is_whole = seen == first;
    let seen = fates.1.of(&second);
    is_whole &= seen == second;
    let finished = ready(initiator.finish(&seen, &|_| Ok(())));
    assert_eq!(finished.is_ok(), is_whole, "{:?}", finished.err());
    let Ok((of_alice, third)) = finished else {
        return;
    };
    assert_eq!(of_alice.peer, bob.identifier());
    let seen = fates.2.of(&third);
    let finished = ready(responder.finish(&seen, &|_| Ok(())));
    assert_eq!(finished.is_ok(), seen == third, "{:?}", finished.err());
    if let Ok(of_bob) = finished {
        assert_eq!(of_bob.peer, alice.identifier());
    }
});
