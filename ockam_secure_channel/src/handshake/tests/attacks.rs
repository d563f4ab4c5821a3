//! Somebody in the middle of a handshake.

use ockam_core::{Error, ErrorKind, Identifier, Result};
use ockam_identity::Identity;

use crate::handshake::initiator::trusted;
use crate::handshake::proof::{self, PeerProof};
use crate::handshake::{AwaitingThird, Initiator, Responder};

fn anyone(_: Identifier) -> Result<()> {
    Ok(())
}

struct Run {
    initiator: Initiator,
    responder: AwaitingThird,
    second: Vec<u8>,
}

async fn begin(alice: &Identity, bob: &Identity, change: impl FnOnce(&mut Vec<u8>)) -> Result<Run> {
    let (initiator, mut first) = Initiator::begin(alice).await?;
    change(&mut first);
    let (responder, second) = Responder::new(bob).await?.answer(&first).await?;
    Ok(Run {
        initiator,
        responder,
        second,
    })
}

/// Every bit of every message, one at a time: nobody finishes with a peer that has not said all that was
/// heard.
#[tokio::test]
async fn a_bit_that_is_flipped_ends_the_handshake() -> Result<()> {
    let (alice, bob) = (Identity::create().await?, Identity::create().await?);
    for bit in 0..8 * 32 {
        let flipped = begin(&alice, &bob, |first| first[bit / 8] ^= 1 << (bit % 8)).await;
        let Ok(run) = flipped else { continue };
        let finished = run.initiator.finish(&run.second, &anyone).await;
        // The highest bit of a key of X25519 doesn't count, but it is hashed.
        finished.expect_err("M1 was changed");
    }
    let length = begin(&alice, &bob, |_| {}).await?.second.len();
    for place in 0..length {
        let mut run = begin(&alice, &bob, |_| {}).await?;
        run.second[place] ^= 1 << (place % 8);
        let finished = run.initiator.finish(&run.second, &anyone).await;
        finished.expect_err("M2 was changed");
    }
    for place in 0..length - 32 {
        let run = begin(&alice, &bob, |_| {}).await?;
        let (_, mut third) = run.initiator.finish(&run.second, &anyone).await?;
        third[place] ^= 1 << (place % 8);
        run.responder
            .finish(&third, &anyone)
            .await
            .expect_err("M3 was changed");
    }
    Ok(())
}

#[tokio::test]
async fn a_message_that_is_cut_off_lengthened_or_another_one_ends_the_handshake() -> Result<()> {
    let (alice, bob) = (Identity::create().await?, Identity::create().await?);
    for length in (0..32).chain([33, 64, 65_536]) {
        let cut = begin(&alice, &bob, |first| first.resize(length, 7)).await;
        assert!(cut.is_err(), "M1 of {length} bytes");
    }
    let whole = begin(&alice, &bob, |_| {}).await?.second.len();
    for length in (0..whole)
        .step_by(5)
        .chain([whole - 1, whole + 1, 65_535, 65_536])
    {
        let mut run = begin(&alice, &bob, |_| {}).await?;
        run.second.resize(length, 0);
        run.initiator
            .finish(&run.second, &anyone)
            .await
            .expect_err("M2 has another length");
        let run = begin(&alice, &bob, |_| {}).await?;
        let (_, mut third) = run.initiator.finish(&run.second, &anyone).await?;
        third.resize(length.saturating_sub(32), 0);
        if length != whole {
            run.responder
                .finish(&third, &anyone)
                .await
                .expect_err("M3 has another length");
        }
    }
    // Of another handshake, between the same two.
    let (one, other) = (
        begin(&alice, &bob, |_| {}).await?,
        begin(&alice, &bob, |_| {}).await?,
    );
    one.initiator
        .finish(&other.second, &anyone)
        .await
        .expect_err("M2 is of another handshake");
    let another = begin(&alice, &bob, |_| {}).await?;
    let (_, third) = another.initiator.finish(&another.second, &anyone).await?;
    other
        .responder
        .finish(&third, &anyone)
        .await
        .expect_err("M3 is of another handshake");
    // Reflected: what the initiator said comes back as the answer.
    let (initiator, first) = Initiator::begin(&alice).await?;
    initiator
        .finish(&first, &anyone)
        .await
        .expect_err("M1 is no M2");
    Ok(())
}

#[tokio::test]
async fn weak_ephemeral_keys_are_refused() -> Result<()> {
    let (alice, bob) = (Identity::create().await?, Identity::create().await?);
    let mut weak = [[0; 32], [0; 32]];
    weak[1][0] = 1;
    for weak in weak {
        begin(&alice, &bob, |first| first.copy_from_slice(&weak))
            .await
            .err()
            .expect("M1 is weak");
        let mut run = begin(&alice, &bob, |_| {}).await?;
        run.second[..32].copy_from_slice(&weak);
        run.initiator
            .finish(&run.second, &anyone)
            .await
            .expect_err("M2 is weak");
    }
    Ok(())
}

/// Eve, who owns an identity, shows what she has of Bob's: it is about another static key than hers.
#[tokio::test]
async fn nobody_is_who_attests_the_static_key_of_another() -> Result<()> {
    let (bob, eve) = (Identity::create().await?, Identity::create().await?);
    let (of_bob, of_eve) = (bob.channel_key().await?, eve.channel_key().await?);
    let proof = PeerProof::decode(&proof::encode(&of_bob))?;
    let now = ockam_identity::Timestamp::now();
    let peers = ockam_identity::Peers::in_memory();
    assert_eq!(
        proof
            .verify(of_bob.attestation.key(), &peers, now)?
            .identifier(),
        bob.identifier()
    );
    proof
        .verify(of_eve.attestation.key(), &peers, now)
        .expect_err("the key is Eve's");
    // Her attestation with his history, and his with hers.
    for (history, attestation) in [(&of_bob, &of_eve), (&of_eve, &of_bob)] {
        let mut mixed = history.clone();
        mixed.attestation = attestation.attestation.clone();
        let proof = PeerProof::decode(&proof::encode(&mixed))?;
        for key in [of_bob.attestation.key(), of_eve.attestation.key()] {
            proof
                .verify(key, &peers, now)
                .expect_err("it is of two identities");
        }
    }
    Ok(())
}

#[tokio::test]
async fn who_is_not_trusted_does_not_cost_the_verification_of_a_history() -> Result<()> {
    let eve = Identity::create().await?;
    for _ in 0..5 {
        eve.rotate().await?;
    }
    let mut payload = proof::encode(&eve.channel_key().await?);
    let key = *eve.channel_key().await?.attestation.key();
    // A bit of a signature within the history.
    payload[700] ^= 1;
    let proof = PeerProof::decode(&payload)?;
    assert_eq!(proof.claimed(), eve.identifier());
    let own = Identity::create().await?;
    let stranger = |peer| Err(Error::new(ErrorKind::Other, format!("who is {peer}?")));
    let refused = trusted(&proof, &key, &own, &stranger).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Other, "it is not verified");
    let refused = trusted(&proof, &key, &own, &anyone).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Denied, "{refused:#}");
    Ok(())
}

#[test]
fn what_is_no_proof_is_refused() {
    for bytes in [
        &b""[..],
        b"\x80",
        b"\x82\x80\x80",
        b"\x83\x80\x80\x80",
        b"\x9f\xff",
        &[0x9f; 60_000],
        &[0x81; 60_000],
    ] {
        PeerProof::decode(bytes).expect_err("it is no proof");
    }
}
