use std::fmt;

use ed25519_dalek::VerifyingKey as Ed25519Key;
use ockam_core::Result;
use p256::ecdsa::VerifyingKey as P256Key;
use p256::ecdsa::signature::Verifier;

use crate::hash::Hash;
use crate::refused::refused;

/// The kinds of keys that sign for an identity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum KeyKind {
    /// Ed25519.
    #[default]
    Ed25519,
    /// ECDSA on P-256 with SHA-256, for hardware and services that have no Ed25519.
    EcdsaP256,
}

/// A public key that verifies signatures.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicKey {
    /// Ed25519.
    Ed25519([u8; 32]),
    /// ECDSA on P-256 with SHA-256: a point in the uncompressed form of SEC 1.
    EcdsaP256([u8; 65]),
}

/// A signature over the SHA-256 hash of what is signed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signature {
    /// Ed25519, whose message is the hash.
    Ed25519([u8; 64]),
    /// ECDSA on P-256, whose message is the hash: it is hashed once more. `r` and then `s`.
    EcdsaP256([u8; 64]),
}

impl PublicKey {
    /// Returns the kind of the key.
    pub const fn kind(&self) -> KeyKind {
        match self {
            Self::Ed25519(_) => KeyKind::Ed25519,
            Self::EcdsaP256(_) => KeyKind::EcdsaP256,
        }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Ed25519(bytes) => bytes,
            Self::EcdsaP256(bytes) => bytes,
        }
    }

    /// Verifies a signature over a hash.
    ///
    /// # Errors
    ///
    /// Returns `Denied` if the signature is not by this key and over this hash, or if there is no such
    /// key.
    pub fn verify(&self, hash: &[u8; 32], signature: &Signature) -> Result<()> {
        let is_valid = match (self, signature) {
            (Self::Ed25519(key), Signature::Ed25519(signature)) => ed25519(key, hash, signature),
            (Self::EcdsaP256(key), Signature::EcdsaP256(signature)) => p256(key, hash, signature),
            _ => None,
        };
        is_valid.ok_or_else(|| refused(format!("the signature is not by {self:?}")))
    }
}

fn ed25519(key: &[u8; 32], hash: &Hash, signature: &[u8; 64]) -> Option<()> {
    let key = Ed25519Key::from_bytes(key).ok()?;
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    // Strict: keys and signatures of small order, which verify more than one message, are refused.
    key.verify_strict(hash, &signature).ok()
}

fn p256(key: &[u8; 65], hash: &Hash, signature: &[u8; 64]) -> Option<()> {
    let key = P256Key::from_sec1_bytes(key).ok()?;
    let signature = p256::ecdsa::Signature::from_slice(signature).ok()?;
    key.verify(hash, &signature).ok()
}

impl Signature {
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Ed25519(bytes) | Self::EcdsaP256(bytes) => bytes,
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(", self.kind())?;
        let bytes = self.as_slice();
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature")
    }
}
