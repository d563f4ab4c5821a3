use ockam_core::{Error, ErrorKind, Result};
use ockam_identity::{ExchangeKey, SharedSecret};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::stack::with_secret_locals;

/// A key for one handshake. It stays where it is, and is wiped when it is dropped.
pub(crate) struct Ephemeral {
    secret: Box<Zeroizing<[u8; 32]>>,
    public: ExchangeKey,
}

impl Ephemeral {
    pub(crate) fn create() -> Self {
        let mut secret = Box::new(Zeroizing::new([0; 32]));
        getrandom::fill(secret.as_mut_slice()).expect("the operating system has random bytes");
        Self::from_secret(secret)
    }

    pub(crate) fn from_secret(secret: Box<Zeroizing<[u8; 32]>>) -> Self {
        let public = with_secret_locals(|| PublicKey::from(&StaticSecret::from(**secret)));
        let public = ExchangeKey::new(public.to_bytes());
        Self { secret, public }
    }

    pub(crate) fn public(&self) -> &ExchangeKey {
        &self.public
    }

    /// Returns what this key and one of the peer make together.
    ///
    /// # Errors
    ///
    /// Returns `Denied` if the peer's key is of small order, so that everyone knows what they make.
    pub(crate) fn exchange(&self, peer: &ExchangeKey) -> Result<SharedSecret> {
        with_secret_locals(|| self.exchanged(peer))
    }

    fn exchanged(&self, peer: &ExchangeKey) -> Result<SharedSecret> {
        let secret = StaticSecret::from(**self.secret);
        let shared = secret.diffie_hellman(&PublicKey::from(*peer.as_bytes()));
        match shared.was_contributory() {
            true => Ok(SharedSecret::new(shared.as_bytes())),
            false => Err(Error::new(
                ErrorKind::Denied,
                "an ephemeral key is of small order",
            )),
        }
    }
}
