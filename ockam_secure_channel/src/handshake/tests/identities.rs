//! The handshake with identities.

use ockam_core::{Error, ErrorKind, Identifier, Result};
use ockam_identity::{Identity, KeyKind, MemoryVault};
use std::sync::Arc;

use crate::handshake::protocol::PROTOCOL;
use crate::handshake::{EXTENSION_VERSION, Initiator, Responder};

fn anyone(_: Identifier) -> Result<()> {
    Ok(())
}

#[tokio::test]
async fn both_sides_know_each_other_and_share_two_keys() -> Result<()> {
    for kind in [KeyKind::Ed25519, KeyKind::EcdsaP256] {
        let alice = Identity::create_in(Arc::new(MemoryVault::new()), kind).await?;
        let bob = Identity::create().await?;
        bob.rotate().await?;
        let (initiator, first) = Initiator::begin(&alice).await?;
        let (responder, second) = Responder::new(&bob).await?.answer(&first).await?;
        let (mut one, third) = initiator.finish(&second, &anyone).await?;
        let mut other = responder.finish(&third, &anyone).await?;
        assert_eq!(
            (one.peer, other.peer),
            (bob.identifier(), alice.identifier())
        );
        assert_eq!(one.extension, Some(EXTENSION_VERSION));
        assert_eq!(other.extension, Some(EXTENSION_VERSION));
        for round in 0..100_u64 {
            let text = round.to_le_bytes();
            let mut frame = one.sealer.frame(&text)?;
            assert_eq!(other.opener.open(&mut frame)?.plaintext, text);
            let mut frame = other.sealer.frame(&text)?;
            assert_eq!(one.opener.open(&mut frame)?.plaintext, text);
        }
        // What a side has sealed is not for itself.
        let mut reflected = one.sealer.frame(b"mine")?;
        one.opener
            .open(&mut reflected)
            .expect_err("it is reflected");
    }
    Ok(())
}

#[tokio::test]
async fn messages_are_as_long_as_upstreams() -> Result<()> {
    assert_eq!(PROTOCOL, b"OCKAM_XX_25519_AES256_GCM_SHA256");
    let (alice, bob) = (Identity::create().await?, Identity::create().await?);
    let (initiator, first) = Initiator::begin(&alice).await?;
    let (_, second) = Responder::new(&bob).await?.answer(&first).await?;
    let (_, third) = initiator.finish(&second, &anyone).await?;
    // One byte more than upstream's, for the version of our extension.
    assert_eq!(
        (first.len(), second.len(), third.len()),
        (32, 419 + 1, 387 + 1)
    );
    Ok(())
}

#[tokio::test]
async fn who_is_not_trusted_gets_no_further() -> Result<()> {
    let (alice, bob) = (Identity::create().await?, Identity::create().await?);
    let nobody = |peer: Identifier| Err(Error::new(ErrorKind::Denied, format!("{peer}?")));
    let (initiator, first) = Initiator::begin(&alice).await?;
    let (_, second) = Responder::new(&bob).await?.answer(&first).await?;
    let refused = initiator.finish(&second, &nobody).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("{}?", bob.identifier()));

    let (initiator, first) = Initiator::begin(&alice).await?;
    let (responder, second) = Responder::new(&bob).await?.answer(&first).await?;
    let (_, third) = initiator.finish(&second, &anyone).await?;
    let refused = responder.finish(&third, &nobody).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("{}?", alice.identifier()));
    Ok(())
}

#[tokio::test]
async fn a_key_that_was_replaced_is_refused_once_the_new_one_was_seen() -> Result<()> {
    let (alice, bob) = (Identity::create().await?, Identity::create().await?);
    // Somebody has stolen Bob's key before he replaced it.
    let thief = Identity::import(&bob.export("stolen").await?, "stolen")?;
    bob.rotate().await?;
    let shake = async |responder: &Identity| {
        let (initiator, first) = Initiator::begin(&alice).await?;
        let (_, second) = Responder::new(responder).await?.answer(&first).await?;
        initiator
            .finish(&second, &anyone)
            .await
            .map(|(finished, _)| finished.peer)
    };
    // Nobody can know better yet.
    assert_eq!(shake(&thief).await?, bob.identifier());
    assert_eq!(shake(&bob).await?, bob.identifier());
    assert_eq!(shake(&thief).await.unwrap_err().kind(), ErrorKind::Denied);
    thief.rotate().await?;
    assert_eq!(shake(&thief).await.unwrap_err().kind(), ErrorKind::Denied);
    assert_eq!(shake(&bob).await?, bob.identifier());
    Ok(())
}
