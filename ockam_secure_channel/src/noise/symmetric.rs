use hkdf::Hkdf;
use ockam_core::{Error, ErrorKind, Result};
use ockam_identity::SharedSecret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::cipher::{Cipher, KEY_BYTES, TAG_BYTES};
use super::stack::with_secret_locals;

/// The state that both sides of a handshake keep alike: a hash of all that was said, and a key made of
/// all secrets that were exchanged.
pub(crate) struct SymmetricState {
    chaining_key: Box<Zeroizing<[u8; KEY_BYTES]>>,
    hash: [u8; 32],
    cipher: Option<Cipher>,
    /// How many payloads were encrypted with the cipher.
    nonce: u64,
}

/// The two keys with which a handshake ends, in the order of Noise: with the first one, the initiator of
/// Noise sends.
pub(crate) struct SplitKeys {
    pub(crate) first: Cipher,
    pub(crate) second: Cipher,
}

impl SymmetricState {
    /// Begins a handshake of the protocol with this name, and with an empty prologue.
    pub(crate) fn new(protocol: &[u8; 32]) -> Self {
        let mut state = Self {
            chaining_key: Box::new(Zeroizing::new(*protocol)),
            hash: *protocol,
            cipher: None,
            nonce: 0,
        };
        state.mix_hash(&[]);
        state
    }

    pub(crate) fn mix_hash(&mut self, said: &[u8]) {
        let hash = Sha256::new().chain_update(self.hash).chain_update(said);
        self.hash = hash.finalize().into();
    }

    pub(crate) fn mix_key(&mut self, secret: &SharedSecret) {
        let [chaining_key, key] = self.derive(secret.as_bytes());
        self.chaining_key = chaining_key;
        self.cipher = Some(Cipher::new(&key));
        self.nonce = 0;
    }

    /// Appends a payload, encrypted as soon as there is a key, to a message.
    pub(crate) fn write(&mut self, payload: &[u8], message: &mut Vec<u8>) {
        let start = message.len();
        message.extend_from_slice(payload);
        if let Some(cipher) = &self.cipher {
            let tag = cipher.seal(self.nonce, &self.hash, &mut message[start..]);
            message.extend_from_slice(&tag);
            self.nonce += 1;
        }
        let written = message[start..].to_vec();
        self.mix_hash(&written);
    }

    /// Reads a payload.
    ///
    /// # Errors
    ///
    /// Returns `Denied` if the peer has not written it in this handshake.
    pub(crate) fn read(&mut self, payload: &[u8]) -> Result<Vec<u8>> {
        let mut read = payload.to_vec();
        if let Some(cipher) = &self.cipher {
            let opened = cipher.open(self.nonce, &self.hash, &mut read);
            let length = opened.map_err(|_| {
                let why = "a part of the handshake was not written by the peer in this handshake";
                Error::new(ErrorKind::Denied, why)
            })?;
            read.truncate(length);
            self.nonce += 1;
        }
        self.mix_hash(payload);
        Ok(read)
    }

    /// Returns by how much a payload gets longer.
    pub(crate) fn overhead(&self) -> usize {
        self.cipher.as_ref().map_or(0, |_| TAG_BYTES)
    }

    /// Ends the handshake.
    pub(crate) fn split(self) -> SplitKeys {
        let [first, second] = self.derive(&[]);
        SplitKeys {
            first: Cipher::new(&first),
            second: Cipher::new(&second),
        }
    }

    /// Returns a hash that both sides agree on if nobody has changed what was said.
    #[cfg(test)]
    pub(crate) fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    fn derive(&self, secret: &[u8]) -> [Box<Zeroizing<[u8; KEY_BYTES]>>; 2] {
        with_secret_locals(|| self.derived(secret))
    }

    fn derived(&self, secret: &[u8]) -> [Box<Zeroizing<[u8; KEY_BYTES]>>; 2] {
        let hkdf = Hkdf::<Sha256>::new(Some(self.chaining_key.as_slice()), secret);
        let mut output = Zeroizing::new([0; 2 * KEY_BYTES]);
        let expanded = hkdf.expand(&[], output.as_mut_slice());
        expanded.expect("64 bytes are not too many");
        [0, KEY_BYTES].map(|start| {
            let mut key = Box::new(Zeroizing::new([0; KEY_BYTES]));
            key.copy_from_slice(&output[start..start + KEY_BYTES]);
            key
        })
    }
}
