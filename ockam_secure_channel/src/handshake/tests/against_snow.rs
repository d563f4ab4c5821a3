//! Our Noise XX beside `snow`'s, under the name of Noise, with fixed keys: every byte is the same. What
//! upstream does differently, its name and the order of the keys, is pinned in `identities`.

use std::sync::Arc;

use async_trait::async_trait;
use ockam_core::Result;
use ockam_identity::{ExchangeKey, KeyKind, PublicKey, SharedSecret, Signature, Vault};
use x25519_dalek::{PublicKey as X25519, StaticSecret};
use zeroize::Zeroizing;

use crate::data::{Opener, Sealer};
use crate::handshake::initiator::NoiseInitiator;
use crate::handshake::protocol::StaticKey;
use crate::handshake::responder::NoiseResponder;
use crate::noise::Ephemeral;

/// The name of Noise, filled up with zeros.
const NOISE: &str = "Noise_XX_25519_AESGCM_SHA256";

/// A vault with one key that everyone knows.
#[derive(Debug)]
struct Known([u8; 32]);

#[async_trait]
impl Vault for Known {
    async fn create_signing_key(&self, _: KeyKind) -> Result<PublicKey> {
        unreachable!("Noise signs nothing")
    }

    async fn sign(&self, _: &PublicKey, _: &[u8; 32]) -> Result<Signature> {
        unreachable!("Noise signs nothing")
    }

    async fn delete_signing_key(&self, _: &PublicKey) -> Result<()> {
        Ok(())
    }

    async fn create_exchange_key(&self) -> Result<ExchangeKey> {
        Ok(public(&self.0))
    }

    async fn exchange(&self, _: &ExchangeKey, peer: &ExchangeKey) -> Result<SharedSecret> {
        let secret = StaticSecret::from(self.0);
        let shared = secret.diffie_hellman(&X25519::from(*peer.as_bytes()));
        Ok(SharedSecret::new(shared.as_bytes()))
    }

    async fn delete_exchange_key(&self, _: &ExchangeKey) -> Result<()> {
        Ok(())
    }
}

fn public(secret: &[u8; 32]) -> ExchangeKey {
    ExchangeKey::new(X25519::from(&StaticSecret::from(*secret)).to_bytes())
}

fn protocol() -> [u8; 32] {
    let mut name = [0; 32];
    name[..NOISE.len()].copy_from_slice(NOISE.as_bytes());
    name
}

fn static_key(secret: [u8; 32]) -> StaticKey {
    StaticKey {
        public: public(&secret),
        vault: Arc::new(Known(secret)),
    }
}

fn ephemeral(secret: [u8; 32]) -> Ephemeral {
    Ephemeral::from_secret(Box::new(Zeroizing::new(secret)))
}

fn snow(secret: &[u8; 32], ephemeral: &[u8; 32]) -> snow::Builder<'static> {
    let (secret, ephemeral) = (secret.to_vec().leak(), ephemeral.to_vec().leak());
    let builder = snow::Builder::new(NOISE.parse().expect("snow knows it"));
    let builder = builder.local_private_key(secret).expect("it is a key");
    builder.fixed_ephemeral_key_for_testing_only(ephemeral)
}

const PAYLOADS: [&[u8]; 4] = [b"", b"Ludwig von Mises", &[7; 300], &[0; 60_000]];

#[tokio::test]
async fn our_initiator_and_the_responder_of_snow() -> Result<()> {
    for (round, payload) in PAYLOADS.into_iter().enumerate() {
        let (own, theirs) = ([round as u8 + 1; 32], [round as u8 + 101; 32]);
        let mut ours = NoiseInitiator::new(&protocol(), static_key(own), ephemeral([51; 32]));
        let mut peer = snow(&theirs, &[52; 32]).build_responder()?;
        let (mut buffer, mut read) = (vec![0; 65_535], vec![0; 65_535]);

        let first = ours.write_first(payload);
        let length = peer.read_message(&first, &mut read)?;
        assert_eq!(&read[..length], payload);
        let length = peer.write_message(payload, &mut buffer)?;
        let (key, got) = ours.read_second(&buffer[..length]).await?;
        assert_eq!((key, got.as_slice()), (public(&theirs), payload));
        assert_eq!(ours.hash(), peer.get_handshake_hash());
        let (third, keys) = ours.write_third(payload).await?;
        let length = peer.read_message(&third, &mut read)?;
        assert_eq!(&read[..length], payload);

        let mut peer = peer.into_stateless_transport_mode()?;
        let (mut sealer, mut opener) = (Sealer::new(keys.first), Opener::new(keys.second));
        // Noise and we renew a key alike; when, is up to us.
        for number in 0..100 {
            if number > 0 && number % 32 == 0 {
                peer.rekey_incoming();
                peer.rekey_outgoing();
            }
            let mut frame = sealer.frame(payload)?;
            let length = peer.read_message(number, &frame[8..], &mut read)?;
            assert_eq!(&read[..length], payload);
            let length = peer.write_message(number, payload, &mut buffer)?;
            frame = [&number.to_be_bytes(), &buffer[..length]].concat();
            assert_eq!(opener.open(&mut frame)?.plaintext, payload);
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_initiator_of_snow_and_our_responder() -> Result<()> {
    for (round, payload) in PAYLOADS.into_iter().enumerate() {
        let (own, theirs) = ([round as u8 + 1; 32], [round as u8 + 101; 32]);
        let mut ours = NoiseResponder::new(&protocol(), static_key(own), ephemeral([51; 32]));
        let mut peer = snow(&theirs, &[52; 32]).build_initiator()?;
        let (mut buffer, mut read) = (vec![0; 65_535], vec![0; 65_535]);

        let length = peer.write_message(payload, &mut buffer)?;
        assert_eq!(ours.read_first(&buffer[..length])?, payload);
        let second = ours.write_second(payload).await?;
        let length = peer.read_message(&second, &mut read)?;
        assert_eq!(&read[..length], payload);
        assert_eq!(peer.get_remote_static(), Some(&public(&own).as_bytes()[..]));
        assert_eq!(ours.hash(), peer.get_handshake_hash());
        let length = peer.write_message(payload, &mut buffer)?;
        let (key, got) = ours.read_third(&buffer[..length]).await?;
        assert_eq!((key, got.as_slice()), (public(&theirs), payload));

        let peer = peer.into_stateless_transport_mode()?;
        let keys = ours.split();
        let (mut sealer, mut opener) = (Sealer::new(keys.second), Opener::new(keys.first));
        let frame = sealer.frame(payload)?;
        let length = peer.read_message(0, &frame[8..], &mut read)?;
        assert_eq!(&read[..length], payload);
        let length = peer.write_message(0, payload, &mut buffer)?;
        let mut frame = [&0_u64.to_be_bytes(), &buffer[..length]].concat();
        assert_eq!(opener.open(&mut frame)?.plaintext, payload);
    }
    Ok(())
}
