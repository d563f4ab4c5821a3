use std::fmt;

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use zeroize::Zeroizing;

use super::stack::with_secret_locals;

/// The number of bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// The number of bytes by which what is sealed is longer than what it was made of.
pub(crate) const TAG_BYTES: usize = 16;

/// The nonce of a rekeying. No message has it.
const REKEY_NONCE: u64 = u64::MAX;

/// A key of AES-256-GCM. It stays where it is, and is wiped when it is dropped.
pub(crate) struct Cipher {
    key: Box<Aes256Gcm>,
}

/// What was opened is not what was sealed with this key and nonce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Forged;

impl Cipher {
    pub(crate) fn new(key: &[u8; KEY_BYTES]) -> Self {
        let key = with_secret_locals(|| Box::new(Aes256Gcm::new(key.into())));
        Self { key }
    }

    /// Encrypts bytes where they are. Returns the tag that goes behind them.
    pub(crate) fn seal(&self, nonce: u64, associated: &[u8], bytes: &mut [u8]) -> [u8; TAG_BYTES] {
        let sealed = self
            .key
            .encrypt_inout_detached(&nonce_of(nonce), associated, bytes.into());
        sealed.expect("it is shorter than 64 GiB").into()
    }

    /// Decrypts bytes where they are, which end with the tag. Returns the number of those in front of it.
    /// If they are forged, they are left as they were.
    pub(crate) fn open(
        &self,
        nonce: u64,
        associated: &[u8],
        bytes: &mut [u8],
    ) -> Result<usize, Forged> {
        let length = bytes.len().checked_sub(TAG_BYTES).ok_or(Forged)?;
        let (bytes, tag) = bytes.split_at_mut(length);
        let tag: &[u8; TAG_BYTES] = (&*tag).try_into().map_err(|_| Forged)?;
        // Verifies the tag in constant time, before it decrypts.
        let opened = self.key.decrypt_inout_detached(
            &nonce_of(nonce),
            associated,
            bytes.into(),
            &Tag::from(*tag),
        );
        opened.map(|()| length).map_err(|_| Forged)
    }

    /// Returns the next key, from which this one can't be computed.
    pub(crate) fn rekeyed(&self) -> Self {
        let mut next = Box::new(Zeroizing::new([0; KEY_BYTES]));
        // What is sealed is the key.
        let _tag = with_secret_locals(|| self.seal(REKEY_NONCE, &[], next.as_mut_slice()));
        Self::new(&next)
    }
}

/// Four bytes of zero, and the number in big endian.
fn nonce_of(number: u64) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    nonce.into()
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher")
    }
}
