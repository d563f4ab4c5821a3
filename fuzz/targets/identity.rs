//! Any bytes are a history of changes, an attestation, a proof of identity, or an error. What was read is written and
//! read again as the same, and a proof that was verified is of whom it claims to be.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ockam_identity::{Attestation, ChangeHistory, ExchangeKey, MAX_CHANGES, Peers, Timestamp};
use ockam_secure_channel::handshake::PeerProof;

/// When the seeds were made.
const NOW: Timestamp = Timestamp::from_secs(1_796_200_000);

fuzz_target!(|bytes: &[u8]| {
    let claimed = ChangeHistory::claimed_identifier(bytes);
    if let Ok(history) = ChangeHistory::decode(bytes) {
        assert!((1..=MAX_CHANGES).contains(&history.len()));
        assert_eq!(claimed.ok(), Some(history.identifier()));
        let again = ChangeHistory::decode(&history.encode());
        assert_eq!(again.ok().as_ref(), Some(&history));
        Peers::in_memory().note(&history).expect("it is the first");
    }
    if let Ok(attestation) = Attestation::decode(bytes) {
        let again = Attestation::decode(&attestation.encode());
        assert_eq!(again.ok().as_ref(), Some(&attestation));
    }
    let Ok(proof) = PeerProof::decode(bytes) else {
        return;
    };
    let key = ExchangeKey::new(KEY);
    if let Ok(history) = proof.verify(&key, &Peers::in_memory(), NOW) {
        assert_eq!(history.identifier(), proof.claimed());
    }
});

/// The key that the seeds attest.
const KEY: [u8; 32] = *include_bytes!("../seeds/key_of_identity");
