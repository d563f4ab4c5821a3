use std::sync::Arc;

use ockam_core::{Error, ErrorKind, Result};
use ockam_identity::{ExchangeKey, SharedSecret, Vault};

use super::MAX_HANDSHAKE_BYTES;
use crate::noise::SymmetricState;

/// The name of the protocol, which upstream has given to its Noise XX.
pub(super) const PROTOCOL: &[u8; 32] = b"OCKAM_XX_25519_AES256_GCM_SHA256";

const KEY_BYTES: usize = 32;

/// The static key of a side: its vault does what needs the private half.
pub(super) struct StaticKey {
    pub(super) public: ExchangeKey,
    pub(super) vault: Arc<dyn Vault>,
}

impl StaticKey {
    pub(super) async fn exchange(&self, peer: &ExchangeKey) -> Result<SharedSecret> {
        self.vault.exchange(&self.public, peer).await
    }
}

/// Takes so many bytes off the front of a message.
pub(super) fn take<'a>(message: &mut &'a [u8], bytes: usize) -> Result<&'a [u8]> {
    let taken = message.split_at_checked(bytes);
    let (taken, rest) = taken.ok_or_else(|| invalid("a message of the handshake is cut off"))?;
    *message = rest;
    Ok(taken)
}

/// Takes a public key, in the clear, off the front of a message.
pub(super) fn take_ephemeral(message: &mut &[u8]) -> Result<ExchangeKey> {
    let bytes = take(message, KEY_BYTES)?;
    Ok(ExchangeKey::new(bytes.try_into().expect("it has 32 bytes")))
}

/// Takes a public key, encrypted, off the front of a message.
pub(super) fn take_static(state: &mut SymmetricState, message: &mut &[u8]) -> Result<ExchangeKey> {
    let sealed = take(message, KEY_BYTES + state.overhead())?;
    let bytes = state.read(sealed)?;
    let bytes = bytes
        .try_into()
        .map_err(|_| invalid("a static key has another length"))?;
    Ok(ExchangeKey::new(bytes))
}

pub(super) fn check_length(message: &[u8]) -> Result<()> {
    match message.len() <= MAX_HANDSHAKE_BYTES {
        true => Ok(()),
        false => {
            let length = message.len();
            let why = format!(
                "{length} bytes in a message of the handshake; {MAX_HANDSHAKE_BYTES} are allowed"
            );
            Err(invalid(why))
        }
    }
}

pub(super) fn invalid(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, why)
}
