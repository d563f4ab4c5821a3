//! Identities: created, rotated, verified, kept in files, exported.

mod folder;

use std::sync::Arc;
use std::time::Duration;

use folder::Folder;
use ockam_core::{ErrorKind, Result};
use ockam_identity::{
    Attestation, ChangeHistory, ExchangeKey, Identity, KeyKind, MAX_CHANGES, MAX_CLOCK_DRIFT,
    MemoryVault, Peers, Timestamp,
};

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn identity(kind: KeyKind) -> Result<Identity> {
    Identity::create_in(Arc::new(MemoryVault::new()), kind).await
}

#[tokio::test]
async fn a_history_is_verified_with_keys_of_both_kinds() -> Result<()> {
    for kind in [KeyKind::Ed25519, KeyKind::EcdsaP256] {
        let bob = identity(kind).await?;
        let first = bob.identifier();
        for changes in 1..4 {
            let bytes = bob.history().encode();
            let history = ChangeHistory::decode(&bytes)?;
            assert_eq!((history.identifier(), history.len()), (first, changes));
            assert_eq!(history.encode(), bytes);
            assert_eq!(history.key().kind(), kind);
            bob.rotate().await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_history_with_any_bit_changed_is_refused_or_another_ones() -> Result<()> {
    let bob = identity(KeyKind::Ed25519).await?;
    bob.rotate().await?;
    let bytes = bob.history().encode();
    for bit in 0..8 * bytes.len() {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = ChangeHistory::decode(&changed).expect_err("it is signed");
        let is_expected = matches!(error.kind(), ErrorKind::Denied | ErrorKind::InvalidInput);
        assert!(is_expected, "bit {bit}: {error:#}");
    }
    for end in 0..bytes.len() {
        ChangeHistory::decode(&bytes[..end]).expect_err("it is cut off");
    }
    Ok(())
}

#[tokio::test]
async fn changes_of_two_identities_do_not_mix() -> Result<()> {
    let (bob, eve) = (
        identity(KeyKind::Ed25519).await?,
        identity(KeyKind::Ed25519).await?,
    );
    bob.rotate().await?;
    eve.rotate().await?;
    let (of_bob, of_eve) = (bob.history().encode(), eve.history().encode());
    // An array of two changes of about the same length: Bob's first, and Eve's second.
    let half = (of_bob.len() - 1 - 100) / 2;
    let mut is_tried = false;
    for cut in half - 40..half + 40 {
        let mixed = [
            &of_bob[..cut],
            &of_eve[of_eve.len() - (of_bob.len() - cut)..],
        ]
        .concat();
        is_tried |= mixed != of_bob;
        ChangeHistory::decode(&mixed).expect_err("the second change names the first one");
    }
    assert!(is_tried);
    Ok(())
}

#[tokio::test]
async fn a_history_has_a_limit_on_both_sides() -> Result<()> {
    let bob = identity(KeyKind::Ed25519).await?;
    for _ in 1..MAX_CHANGES {
        bob.rotate().await?;
    }
    assert_eq!(
        ChangeHistory::decode(&bob.history().encode())?.len(),
        MAX_CHANGES
    );
    let error = bob.rotate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    // It still has a key that signs.
    bob.channel_key().await?;
    let mut longer = bob.history().encode();
    longer.splice(..2, [0x98, MAX_CHANGES as u8 + 1]);
    longer.extend_from_within(longer.len() - 100..);
    let error = ChangeHistory::decode(&longer).unwrap_err();
    assert!(
        format!("{error:#}").contains("the limit is 128"),
        "{error:#}"
    );
    Ok(())
}

#[tokio::test]
async fn an_attestation_holds_for_its_key_identity_and_time() -> Result<()> {
    let (bob, eve) = (
        identity(KeyKind::EcdsaP256).await?,
        identity(KeyKind::Ed25519).await?,
    );
    let own = bob.channel_key().await?;
    let (history, key) = (&own.history, own.attestation.key());
    let attestation = Attestation::decode(&own.attestation.encode())?;
    let now = Timestamp::now();
    attestation.verify(history, key, now)?;
    attestation.verify(history, key, now.after(DAY * 29))?;

    let denied = |verified: Result<()>| assert_eq!(verified.unwrap_err().kind(), ErrorKind::Denied);
    // Too late, and too early by more than clocks may differ.
    denied(attestation.verify(history, key, now.after(DAY * 31)));
    let early = Timestamp::from_secs(now.as_secs() - MAX_CLOCK_DRIFT.as_secs() - 60);
    denied(attestation.verify(history, key, early));
    let drifted = Timestamp::from_secs(now.as_secs() - MAX_CLOCK_DRIFT.as_secs() + 30);
    attestation.verify(history, key, drifted)?;
    // Of another key, of another identity, and by a key that was replaced.
    denied(attestation.verify(history, &ExchangeKey::new([7; 32]), now));
    denied(attestation.verify(&eve.history(), key, now));
    bob.rotate().await?;
    denied(attestation.verify(&bob.history(), key, now));

    let bytes = attestation.encode();
    for bit in 0..8 * bytes.len() {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let verified = Attestation::decode(&changed).and_then(|it| it.verify(history, key, now));
        verified.expect_err("it is signed");
    }
    Ok(())
}

#[tokio::test]
async fn a_channel_key_is_made_anew_after_a_rotation_and_kept_otherwise() -> Result<()> {
    let bob = identity(KeyKind::Ed25519).await?;
    // Many at once make one key.
    let (one, other) = tokio::join!(bob.channel_key(), bob.channel_key());
    let (one, other) = (one?, other?);
    assert_eq!(one.attestation, other.attestation);
    bob.rotate().await?;
    let after = bob.channel_key().await?;
    assert_ne!(after.attestation.key(), one.attestation.key());
    after
        .attestation
        .verify(&bob.history(), after.attestation.key(), Timestamp::now())?;
    // A handshake that has begun with the one before it goes on.
    let peer = ExchangeKey::new(*after.attestation.key().as_bytes());
    bob.vault().exchange(one.attestation.key(), &peer).await?;
    bob.rotate().await?;
    bob.channel_key().await?;
    bob.vault()
        .exchange(one.attestation.key(), &peer)
        .await
        .unwrap_err();
    Ok(())
}

#[tokio::test]
async fn two_keys_make_the_same_secret_and_weak_ones_none() -> Result<()> {
    let (one, other) = (
        identity(KeyKind::Ed25519).await?,
        identity(KeyKind::Ed25519).await?,
    );
    let (of_one, of_other) = (one.channel_key().await?, other.channel_key().await?);
    let (of_one, of_other) = (of_one.attestation.key(), of_other.attestation.key());
    let secret = one.vault().exchange(of_one, of_other).await?;
    let same = other.vault().exchange(of_other, of_one).await?;
    assert_eq!(secret.as_bytes(), same.as_bytes());
    let mut weak = [[0; 32], [0; 32]];
    weak[1][0] = 1;
    for weak in weak {
        let error = one
            .vault()
            .exchange(of_one, &ExchangeKey::new(weak))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Denied);
    }
    Ok(())
}

#[tokio::test]
async fn an_older_or_forked_history_is_refused() -> Result<()> {
    let folder = Folder::new("peers");
    let path = folder.path("peers");
    let bob = identity(KeyKind::Ed25519).await?;
    // The same key in two places, which go on differently: a fork.
    let sealed = bob.export("a passphrase").await?;
    let fork = Identity::import(&sealed, "a passphrase")?;
    let first = bob.history();
    bob.rotate().await?;
    let second = bob.history();
    bob.rotate().await?;
    let third = bob.history();
    fork.rotate().await?;
    fork.rotate().await?;

    let denied = |noted: Result<()>| assert_eq!(noted.unwrap_err().kind(), ErrorKind::Denied);
    let peers = Peers::open(&path)?;
    peers.note(&first)?;
    peers.note(&second)?;
    denied(peers.note(&first));
    denied(peers.note(&fork.history()));
    peers.note(&third)?;
    denied(peers.check(&second));
    drop(peers);
    let again = Peers::open(&path)?;
    again.note(&third)?;
    denied(again.note(&second));
    denied(again.note(&fork.history()));
    Ok(())
}

#[tokio::test]
async fn a_store_of_peers_survives_being_cut_off_and_refuses_what_is_damaged() -> Result<()> {
    let folder = Folder::new("cut");
    let path = folder.path("peers");
    let mut identities = Vec::new();
    for _ in 0..3 {
        let identity = identity(KeyKind::Ed25519).await?;
        identity.rotate().await?;
        Peers::open(&path)?.note(&identity.history())?;
        identities.push(identity);
    }
    let whole = std::fs::read(&path)?;
    for end in 0..whole.len() {
        folder.write("peers", &whole[..end]);
        let peers = Peers::open(&path)?;
        // What is lost is written again, and read again.
        for identity in &identities {
            peers.note(&identity.history())?;
        }
        drop(peers);
        assert_eq!(std::fs::read(&path)?, whole, "cut off at {end}");
    }
    let one = Peers::open(&path)?;
    let twice = Peers::open(&path).unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Denied, "{twice}");
    drop(one);
    let mut damaged = whole.clone();
    damaged[16 + 40] ^= 1;
    folder.write("peers", &damaged);
    let error = Peers::open(&path).unwrap_err();
    assert!(error.to_string().contains("record 0"), "{error}");
    folder.write("peers", b"something else altogether");
    assert_eq!(
        Peers::open(&path).unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    Ok(())
}

#[tokio::test]
async fn an_exported_identity_comes_back_with_its_passphrase_only() -> Result<()> {
    let folder = Folder::new("export");
    let bob = identity(KeyKind::EcdsaP256).await?;
    let sealed = bob.export("correct horse").await?;
    assert_eq!(
        bob.export("").await.unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    let again = Identity::import(&sealed, "correct horse")?;
    assert_eq!(again.identifier(), bob.identifier());
    again.rotate().await?;
    let wrong = Identity::import(&sealed, "battery staple").unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Denied);

    let path = folder.path("bob.identity");
    let there = Identity::import_to(&path, &sealed, "correct horse").await?;
    assert_eq!(there.identifier(), bob.identifier());
    let twice = Identity::import_to(&path, &sealed, "correct horse")
        .await
        .unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Denied);
    Ok(())
}

#[tokio::test]
async fn a_sealed_identity_with_a_byte_changed_is_refused() -> Result<()> {
    let bob = identity(KeyKind::Ed25519).await?;
    let sealed = bob.export("correct horse").await?;
    let header = sealed.len().min(90);
    for place in (0..header)
        .step_by(7)
        .chain([sealed.len() / 2, sealed.len() - 1])
    {
        let mut changed = sealed.clone();
        changed[place] ^= 0x40;
        Identity::import(&changed, "correct horse").expect_err("it is authenticated");
    }
    for end in [0, 1, 20, sealed.len() - 1] {
        Identity::import(&sealed[..end], "correct horse").expect_err("it is cut off");
    }
    Ok(())
}
