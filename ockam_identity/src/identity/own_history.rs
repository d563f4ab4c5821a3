use std::sync::{Arc, Mutex};

use ockam_core::Result;

use crate::attestation::{Attestation, AttestationData};
use crate::exchange::ExchangeKey;
use crate::hash::sha256;
use crate::history::{Change, ChangeData, ChangeHistory};
use crate::key::{KeyKind, PublicKey};
use crate::limits::{CHANNEL_KEY_VALIDITY, IDENTITY_KEY_VALIDITY};
use crate::lock::lock;
use crate::refused::refused;
use crate::timestamp::Timestamp;
use crate::vault::{FileVault, Vault};

/// The history of an identity of this program, with the vault that signs for it.
pub(super) struct OwnHistory {
    vault: Arc<dyn Vault>,
    /// Where the history is kept, if it is in a file.
    file: Option<Arc<FileVault>>,
    current: Mutex<ChangeHistory>,
    /// Held while the key is rotated.
    rotating: tokio::sync::Mutex<()>,
}

impl OwnHistory {
    pub(super) fn new(
        vault: Arc<dyn Vault>,
        file: Option<Arc<FileVault>>,
        history: ChangeHistory,
    ) -> Self {
        Self {
            vault,
            file,
            current: Mutex::new(history),
            rotating: tokio::sync::Mutex::default(),
        }
    }

    /// Creates a key and the first change of a history.
    pub(super) async fn create(
        vault: Arc<dyn Vault>,
        file: Option<Arc<FileVault>>,
        kind: KeyKind,
        now: Timestamp,
    ) -> Result<Self> {
        let data = ChangeData {
            previous: None,
            key: vault.create_signing_key(kind).await?,
            revokes_all: false,
            valid_from: now,
            valid_until: now.after(IDENTITY_KEY_VALIDITY),
        };
        let bytes = data.encode();
        let signature = vault.sign(&data.key, &sha256(&bytes)).await?;
        let history = ChangeHistory::begin(Change::new(bytes, signature, None)?)?;
        if let Some(file) = &file {
            file.set_history(&history)?;
        }
        Ok(Self::new(vault, file, history))
    }

    pub(super) fn current(&self) -> ChangeHistory {
        lock(&self.current).clone()
    }

    pub(super) fn vault(&self) -> &Arc<dyn Vault> {
        &self.vault
    }

    pub(super) async fn export(&self, passphrase: &str) -> Result<Vec<u8>> {
        self.vault.export(&self.current(), passphrase).await
    }

    /// Adds a change with a new key, and deletes the old one.
    pub(super) async fn rotate(&self, now: Timestamp) -> Result<()> {
        let _rotating = self.rotating.lock().await;
        let before = self.current();
        if now < before.validity().0 {
            let (from, _) = before.validity();
            let why =
                format!("this machine's clock says {now}, and the key is valid from {from} on");
            return Err(refused(why));
        }
        let key = self.vault.create_signing_key(before.key().kind()).await?;
        let after = self.change_to(&before, key, now).await;
        let kept = after.and_then(|after| match &self.file {
            Some(file) => file.set_history(&after).map(|()| after),
            None => Ok(after),
        });
        let after = match kept {
            Ok(after) => after,
            Err(error) => {
                // A vault holds few keys: one that no history names is of no use.
                let _ = self.vault.delete_signing_key(&key).await;
                return Err(error);
            }
        };
        *lock(&self.current) = after;
        self.vault.delete_signing_key(before.key()).await
    }

    /// Returns the history with a further change, to a new key.
    async fn change_to(
        &self,
        before: &ChangeHistory,
        key: PublicKey,
        now: Timestamp,
    ) -> Result<ChangeHistory> {
        let data = ChangeData {
            previous: Some(*before.newest_change()),
            key,
            revokes_all: true,
            valid_from: now,
            valid_until: now.after(IDENTITY_KEY_VALIDITY),
        };
        let bytes = data.encode();
        let hash = sha256(&bytes);
        let signature = self.vault.sign(&data.key, &hash).await?;
        let previous_signature = self.vault.sign(before.key(), &hash).await?;
        before.with(Change::new(bytes, signature, Some(previous_signature))?)
    }

    /// Attests that a key is the one of the identity's channels from now on.
    pub(super) async fn attest(
        &self,
        history: &ChangeHistory,
        key: ExchangeKey,
        now: Timestamp,
    ) -> Result<Attestation> {
        let (from, until) = history.validity();
        let data = AttestationData {
            subject: history.identifier(),
            change: *history.newest_change(),
            key,
            created: now.max(from),
            expires: now.after(CHANNEL_KEY_VALIDITY).min(until),
        };
        let bytes = data.encode();
        let signature = self.vault.sign(history.key(), &sha256(&bytes)).await?;
        Attestation::new(bytes, signature)
    }
}

#[cfg(test)]
mod tests {
    use ockam_core::ErrorKind;

    use super::*;
    use crate::vault::MemoryVault;

    async fn created(now: Timestamp) -> Result<OwnHistory> {
        let vault = Arc::new(MemoryVault::new());
        OwnHistory::create(vault, None, KeyKind::Ed25519, now).await
    }

    #[tokio::test]
    async fn time_does_not_go_back_in_a_history() -> Result<()> {
        let own = created(Timestamp::from_secs(1_000)).await?;
        let early = own.rotate(Timestamp::from_secs(999)).await.unwrap_err();
        assert_eq!(early.kind(), ErrorKind::Denied);
        own.rotate(Timestamp::from_secs(1_000)).await?;
        assert_eq!(own.current().len(), 2);
        Ok(())
    }

    /// Signs a second change as its owner would, but for `spoil`.
    async fn second(
        own: &OwnHistory,
        spoil: impl FnOnce(&mut ChangeData),
    ) -> Result<ChangeHistory> {
        let before = own.current();
        let key = own.vault.create_signing_key(KeyKind::EcdsaP256).await?;
        let mut data = ChangeData {
            previous: Some(*before.newest_change()),
            key,
            revokes_all: false,
            valid_from: Timestamp::from_secs(1_000),
            valid_until: Timestamp::from_secs(2_000),
        };
        spoil(&mut data);
        let bytes = data.encode();
        let hash = sha256(&bytes);
        let signature = own.vault.sign(&key, &hash).await?;
        let previous = own.vault.sign(before.key(), &hash).await?;
        before.with(Change::new(bytes, signature, Some(previous))?)
    }

    #[tokio::test]
    async fn what_its_owner_signed_is_verified_all_the_same() -> Result<()> {
        let own = created(Timestamp::from_secs(1_000)).await?;
        let good = second(&own, |_| {}).await?;
        ChangeHistory::decode(&good.encode())?;
        let spoils: [fn(&mut ChangeData); 4] = [
            |data| data.valid_from = Timestamp::from_secs(999),
            |data| data.valid_until = Timestamp::from_secs(999),
            |data| data.previous = Some([7; 32]),
            |data| data.previous = None,
        ];
        for spoil in spoils {
            let refused = second(&own, spoil).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Denied);
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_change_without_the_signature_of_the_old_key_is_refused() -> Result<()> {
        let own = created(Timestamp::from_secs(1_000)).await?;
        let before = own.current();
        let key = own.vault.create_signing_key(KeyKind::Ed25519).await?;
        let data = ChangeData {
            previous: Some(*before.newest_change()),
            key,
            revokes_all: false,
            valid_from: Timestamp::from_secs(1_000),
            valid_until: Timestamp::from_secs(2_000),
        };
        let bytes = data.encode();
        let signature = own.vault.sign(&key, &sha256(&bytes)).await?;
        for previous in [None, Some(signature)] {
            let change = Change::new(bytes.clone(), signature, previous)?;
            assert_eq!(before.with(change).unwrap_err().kind(), ErrorKind::Denied);
        }
        Ok(())
    }
}
