use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use async_trait::async_trait;
use ockam_core::{ErrorContext, Result};

use super::private_file::{self, FileLock};
use super::sealed::{Contents, PassphraseKey};
use super::{MemoryVault, Vault};
use crate::exchange::{ExchangeKey, SharedSecret};
use crate::history::ChangeHistory;
use crate::key::{KeyKind, PublicKey, Signature};
use crate::limits::MAX_IDENTITY_FILE_BYTES;
use crate::lock::lock;
use crate::refused::refused;

/// A vault in a file, with the history of the identity whose keys it holds.
///
/// Only the owner of the file can read it, and it is refused if others can. A symbolic link is not
/// followed. While the vault is open, a file beside it (`….lock`) is locked, so that no other process
/// opens it. A change is on the disk when its call returns: it is written to a file beside it (`….new`),
/// which then takes its place.
///
/// The calls that change the vault block while they write, which is when an identity is created or
/// rotated.
pub struct FileVault {
    keys: MemoryVault,
    path: PathBuf,
    passphrase: Option<PassphraseKey>,
    /// The history that is in the file. Locked while the file is written.
    history: Mutex<Option<ChangeHistory>>,
    _lock: FileLock,
}

impl FileVault {
    /// Opens the vault in a file, which is created if there is none.
    ///
    /// # Errors
    ///
    /// The error of the file, with its path. `Denied` if another process has opened it, others can read it,
    /// or the passphrase is wrong. `InvalidInput` if it is no such file, or if it has a passphrase and none
    /// is given, or the other way round.
    pub fn open(path: impl AsRef<Path>, passphrase: Option<&str>) -> Result<Self> {
        let path = absolute(path.as_ref())?;
        let lock = FileLock::take(&path)?;
        Self::open_locked(path, passphrase, lock)
    }

    /// Writes a new file with what was exported, sealed with a passphrase, and opens it.
    pub(crate) fn import(path: &Path, exported: &[u8], passphrase: &str) -> Result<Self> {
        let path = absolute(path)?;
        // Held from before the look until the vault is dropped, so that nobody creates one in between.
        let lock = FileLock::take(&path)?;
        if path.symlink_metadata().is_ok() {
            return Err(refused(format!("{} exists already", path.display())));
        }
        private_file::replace(&path, exported).context("importing an identity")?;
        Self::open_locked(path, Some(passphrase), lock)
    }

    fn open_locked(path: PathBuf, passphrase: Option<&str>, lock: FileLock) -> Result<Self> {
        let found = private_file::read(&path, MAX_IDENTITY_FILE_BYTES)?;
        let Some(bytes) = found else {
            return Ok(Self {
                keys: MemoryVault::new(),
                passphrase: passphrase.map(PassphraseKey::new).transpose()?,
                history: Mutex::default(),
                path,
                _lock: lock,
            });
        };
        let opened = Contents::open(&bytes, passphrase);
        let (mut contents, passphrase) = opened.context(format!("opening {}", path.display()))?;
        Ok(Self {
            keys: MemoryVault::from_contents(&mut contents)?,
            passphrase,
            history: Mutex::new(contents.history),
            path,
            _lock: lock,
        })
    }

    /// Returns the history in the file, if an identity has been created there.
    pub fn history(&self) -> Option<ChangeHistory> {
        lock(&self.history).clone()
    }

    /// Puts another history into the file.
    pub(crate) fn set_history(&self, history: &ChangeHistory) -> Result<()> {
        let mut current = lock(&self.history);
        self.write(Some(history))?;
        *current = Some(history.clone());
        Ok(())
    }

    /// Returns the path of the file beside this one in which the newest histories of peers are.
    pub(crate) fn path_of_peers(&self) -> PathBuf {
        private_file::beside(&self.path, "peers")
    }

    /// Writes the file. The history is locked.
    fn write(&self, history: Option<&ChangeHistory>) -> Result<()> {
        let bytes = self.keys.contents(history).seal(self.passphrase.as_ref());
        private_file::replace(&self.path, &bytes)
    }
}

/// Returns the path of the file and not of the link to it, and not of another one after the program has changed
/// its folder.
fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).context(format!("the path {}", path.display()))
}

#[async_trait]
impl Vault for FileVault {
    async fn create_signing_key(&self, kind: KeyKind) -> Result<PublicKey> {
        let key = self.keys.create_signing_key(kind).await?;
        let history = lock(&self.history);
        let written = self.write(history.as_ref());
        written.inspect_err(|_| self.keys.remove(&key))?;
        Ok(key)
    }

    async fn sign(&self, key: &PublicKey, hash: &[u8; 32]) -> Result<Signature> {
        self.keys.sign(key, hash).await
    }

    async fn delete_signing_key(&self, key: &PublicKey) -> Result<()> {
        self.keys.remove(key);
        let history = lock(&self.history);
        self.write(history.as_ref())
    }

    async fn create_exchange_key(&self) -> Result<ExchangeKey> {
        self.keys.create_exchange_key().await
    }

    async fn exchange(&self, key: &ExchangeKey, peer: &ExchangeKey) -> Result<SharedSecret> {
        self.keys.exchange(key, peer).await
    }

    async fn delete_exchange_key(&self, key: &ExchangeKey) -> Result<()> {
        self.keys.delete_exchange_key(key).await
    }

    async fn export(&self, history: &ChangeHistory, passphrase: &str) -> Result<Vec<u8>> {
        self.keys.export(history, passphrase).await
    }
}

impl fmt::Debug for FileVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileVault")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
