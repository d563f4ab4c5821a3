//! Where private keys are.
//!
//! ```text
//!  Vault ─┬─ MemoryVault ── keys in memory
//!         ├─ FileVault ──── MemoryVault, and an identity file
//!         └─ yours: a token, a key management service, another process
//! ```

mod file;
mod keys;
mod memory;
pub(crate) mod private_file;
pub(crate) mod sealed;

use std::fmt;

use async_trait::async_trait;
use ockam_core::Result;

use crate::exchange::{ExchangeKey, SharedSecret};
use crate::history::ChangeHistory;
use crate::key::{KeyKind, PublicKey, Signature};
use crate::refused::invalid;
pub use file::FileVault;
pub use memory::MemoryVault;

/// The place of private keys, and all that is done with them.
///
/// A private key is named by its public key, and stays in its vault. A vault of your own asks a piece of
/// hardware or a service; `tests/vault_in_another_process.rs` of this crate has one.
///
/// Keys that sign have to last. Keys for exchanges last as long as the program: an identity attests a new
/// one when it starts.
#[async_trait]
pub trait Vault: fmt::Debug + Send + Sync + 'static {
    /// Creates a key that signs.
    async fn create_signing_key(&self, kind: KeyKind) -> Result<PublicKey>;

    /// Signs a SHA-256 hash: with Ed25519, the hash is the message; with ECDSA, the message is the hash,
    /// which is hashed with SHA-256 once more.
    ///
    /// # Errors
    ///
    /// Returns an error if the vault has no such key.
    async fn sign(&self, key: &PublicKey, hash: &[u8; 32]) -> Result<Signature>;

    /// Deletes a key that signs. There may be none.
    async fn delete_signing_key(&self, key: &PublicKey) -> Result<()>;

    /// Creates a key for exchanges.
    async fn create_exchange_key(&self) -> Result<ExchangeKey>;

    /// Returns what a key of this vault and one of a peer make together, by X25519.
    ///
    /// # Errors
    ///
    /// Returns an error if the vault has no such key, or if the peer's key is of small order, so that
    /// what they make is known to everyone.
    async fn exchange(&self, key: &ExchangeKey, peer: &ExchangeKey) -> Result<SharedSecret>;

    /// Deletes a key for exchanges. There may be none.
    async fn delete_exchange_key(&self, key: &ExchangeKey) -> Result<()>;

    /// Returns an identity with its private key, sealed with a passphrase.
    ///
    /// # Errors
    ///
    /// Returns `InvalidInput` unless the vault overrides this: most don't let a key out at all.
    async fn export(&self, history: &ChangeHistory, passphrase: &str) -> Result<Vec<u8>> {
        let _ = (history, passphrase);
        Err(invalid(format!("{self:?} does not export keys")))
    }
}
