use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ockam_core::Result;

use super::Vault;
use super::keys::{PrivateExchangeKey, SigningKey};
use super::sealed::{Contents, PassphraseKey};
use crate::exchange::{ExchangeKey, SharedSecret};
use crate::history::ChangeHistory;
use crate::key::{KeyKind, PublicKey, Signature};
use crate::lock::lock;
use crate::refused::invalid;

/// A vault in memory. Its keys are gone when it is dropped.
#[derive(Default)]
pub struct MemoryVault {
    signing: Mutex<HashMap<PublicKey, Arc<SigningKey>>>,
    exchange: Mutex<HashMap<ExchangeKey, Arc<PrivateExchangeKey>>>,
}

impl MemoryVault {
    /// Creates an empty vault.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn from_contents(contents: &mut Contents) -> Result<Self> {
        let vault = Self::new();
        for (kind, secret) in contents.take_keys() {
            vault.add(SigningKey::from_secret(kind, secret)?);
        }
        Ok(vault)
    }

    /// Returns what a file with this history and the keys of this vault contains.
    pub(super) fn contents(&self, history: Option<&ChangeHistory>) -> Contents {
        let mut contents = Contents::new(history);
        for key in lock(&self.signing).values() {
            contents.add_key(key.public.kind(), &key.secret);
        }
        contents
    }

    pub(super) fn add(&self, key: SigningKey) -> PublicKey {
        let public = key.public;
        lock(&self.signing).insert(public, Arc::new(key));
        public
    }

    pub(super) fn remove(&self, key: &PublicKey) {
        lock(&self.signing).remove(key);
    }

    fn signing(&self, key: &PublicKey) -> Result<Arc<SigningKey>> {
        let found = lock(&self.signing).get(key).cloned();
        found.ok_or_else(|| invalid(format!("this vault has no {key:?}")))
    }
}

#[async_trait]
impl Vault for MemoryVault {
    async fn create_signing_key(&self, kind: KeyKind) -> Result<PublicKey> {
        Ok(self.add(SigningKey::create(kind)))
    }

    async fn sign(&self, key: &PublicKey, hash: &[u8; 32]) -> Result<Signature> {
        self.signing(key)?.sign(hash)
    }

    async fn delete_signing_key(&self, key: &PublicKey) -> Result<()> {
        self.remove(key);
        Ok(())
    }

    async fn create_exchange_key(&self) -> Result<ExchangeKey> {
        let (public, private) = PrivateExchangeKey::create();
        lock(&self.exchange).insert(public, Arc::new(private));
        Ok(public)
    }

    async fn exchange(&self, key: &ExchangeKey, peer: &ExchangeKey) -> Result<SharedSecret> {
        let found = lock(&self.exchange).get(key).cloned();
        let found = found.ok_or_else(|| invalid(format!("this vault has no {key:?}")))?;
        found.exchange(peer)
    }

    async fn delete_exchange_key(&self, key: &ExchangeKey) -> Result<()> {
        lock(&self.exchange).remove(key);
        Ok(())
    }

    async fn export(&self, history: &ChangeHistory, passphrase: &str) -> Result<Vec<u8>> {
        let key = self.signing(history.key())?;
        let mut contents = Contents::new(Some(history));
        contents.add_key(key.public.kind(), &key.secret);
        let sealed = contents.seal(Some(&PassphraseKey::new(passphrase)?));
        Ok(sealed.to_vec())
    }
}

impl fmt::Debug for MemoryVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryVault").finish_non_exhaustive()
    }
}
