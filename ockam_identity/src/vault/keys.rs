use ed25519_dalek::Signer as _;
use ockam_core::Result;
use p256::ecdsa::SigningKey as P256Key;
use x25519_dalek::{PublicKey as X25519Public, StaticSecret};
use zeroize::Zeroizing;

use crate::exchange::{ExchangeKey, SharedSecret};
use crate::key::{KeyKind, PublicKey, Signature};
use crate::random;
use crate::refused::{invalid, refused};

/// A private key: its bytes, which stay where they are, and are wiped when it is dropped.
type Secret = Box<Zeroizing<[u8; 32]>>;

/// A private key that signs.
pub(super) struct SigningKey {
    pub(super) public: PublicKey,
    pub(super) secret: Secret,
}

impl SigningKey {
    pub(super) fn create(kind: KeyKind) -> Self {
        loop {
            // Next to all random bytes are a key of P-256, and all are one of Ed25519.
            if let Ok(key) = Self::from_secret(kind, random::secret()) {
                return key;
            }
        }
    }

    pub(super) fn from_secret(kind: KeyKind, secret: Secret) -> Result<Self> {
        let public = match kind {
            KeyKind::Ed25519 => {
                let key = ed25519_dalek::SigningKey::from_bytes(&secret);
                PublicKey::Ed25519(key.verifying_key().to_bytes())
            }
            KeyKind::EcdsaP256 => {
                let key = p256_key(&secret)?;
                let point = key.verifying_key().to_sec1_point(false);
                let bytes = point.as_bytes().try_into();
                PublicKey::EcdsaP256(bytes.map_err(|_| invalid("a point is not 65 bytes long"))?)
            }
        };
        Ok(Self { public, secret })
    }

    pub(super) fn sign(&self, hash: &[u8; 32]) -> Result<Signature> {
        match self.public {
            PublicKey::Ed25519(_) => {
                let key = ed25519_dalek::SigningKey::from_bytes(&self.secret);
                Ok(Signature::Ed25519(key.sign(hash).to_bytes()))
            }
            PublicKey::EcdsaP256(_) => {
                let signature: p256::ecdsa::Signature = p256_key(&self.secret)?.sign(hash);
                Ok(Signature::EcdsaP256(signature.to_bytes().into()))
            }
        }
    }
}

fn p256_key(secret: &Secret) -> Result<P256Key> {
    P256Key::from_slice(secret.as_slice()).map_err(|_| invalid("the bytes are no key of P-256"))
}

/// A private key for exchanges.
pub(super) struct PrivateExchangeKey {
    secret: Secret,
}

impl PrivateExchangeKey {
    pub(super) fn create() -> (ExchangeKey, Self) {
        let secret = random::secret();
        let public = X25519Public::from(&StaticSecret::from(**secret));
        (ExchangeKey::new(public.to_bytes()), Self { secret })
    }

    pub(super) fn exchange(&self, peer: &ExchangeKey) -> Result<SharedSecret> {
        let secret = StaticSecret::from(**self.secret);
        let shared = secret.diffie_hellman(&X25519Public::from(*peer.as_bytes()));
        match shared.was_contributory() {
            true => Ok(SharedSecret::new(shared.as_bytes())),
            false => Err(refused("a key for an exchange is of small order")),
        }
    }
}
