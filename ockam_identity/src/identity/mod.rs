mod channel_key;
mod own_history;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use ockam_core::{Identifier, Result};

use crate::history::ChangeHistory;
use crate::key::KeyKind;
use crate::peers::Peers;
use crate::refused::invalid;
use crate::timestamp::Timestamp;
use crate::vault::{FileVault, MemoryVault, Vault, sealed::Contents};
pub use channel_key::ChannelKey;
use channel_key::ChannelKeys;
use own_history::OwnHistory;

/// An identity of this program: a name that it can prove to be its own.
///
/// The name, its [`Identifier`], stays when its key is [rotated](Self::rotate). Whoever loses the private
/// key has lost the name: [export](Self::export) it. A clone is the same identity.
///
/// # Examples
///
/// ```
/// use ockam_identity::Identity;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> ockam_core::Result<()> {
/// let alice = Identity::create().await?;
/// assert!(alice.identifier().to_string().starts_with('I'));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    history: OwnHistory,
    channel_keys: ChannelKeys,
    peers: Arc<Peers>,
}

impl Identity {
    /// Creates an identity that lasts as long as the program.
    ///
    /// # Errors
    ///
    /// None is expected.
    pub async fn create() -> Result<Self> {
        Self::create_in(Arc::new(MemoryVault::new()), KeyKind::Ed25519).await
    }

    /// Creates an identity whose key is in a vault.
    ///
    /// Keep its [history](Self::history) where it is found again, for [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// The error of the vault.
    pub async fn create_in(vault: Arc<dyn Vault>, kind: KeyKind) -> Result<Self> {
        let history = OwnHistory::create(vault, None, kind, Timestamp::now()).await?;
        Ok(Self::new(history, Peers::in_memory()))
    }

    /// Opens an identity whose key is in a vault, with the history that it has had.
    ///
    /// # Errors
    ///
    /// None yet: a vault without the key fails when it is to sign.
    pub fn open(vault: Arc<dyn Vault>, history: ChangeHistory) -> Result<Self> {
        let history = OwnHistory::new(vault, None, history);
        Ok(Self::new(history, Peers::in_memory()))
    }

    /// Loads an identity from a file that only its owner can read, or creates both.
    ///
    /// What was seen of other identities is in a file beside it, `….peers`: see [`Peers`]. This blocks while
    /// the files are read and written.
    ///
    /// # Errors
    ///
    /// Those of [`FileVault::open`].
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, the file may be there with an identity, which is the
    /// one of the next time.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_identity::Identity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam_core::Result<()> {
    /// # let folder = std::env::temp_dir().join(format!("ockam-doc-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("bob.identity");
    /// let first = Identity::load_or_create(&path).await?.identifier();
    /// assert_eq!(Identity::load_or_create(&path).await?.identifier(), first);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn load_or_create(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_file(FileVault::open(path, None)?).await
    }

    /// Loads an identity from a file with a passphrase, or creates both.
    ///
    /// It takes about a quarter of a second to make a key of the passphrase (argon2id over 64 MiB), and
    /// blocks meanwhile.
    ///
    /// # Errors
    ///
    /// Those of [`FileVault::open`].
    pub async fn load_or_create_with_passphrase(
        path: impl AsRef<Path>,
        passphrase: &str,
    ) -> Result<Self> {
        Self::from_file(FileVault::open(path, Some(passphrase))?).await
    }

    async fn from_file(vault: FileVault) -> Result<Self> {
        let peers = Peers::open(vault.path_of_peers())?;
        let file = Arc::new(vault);
        let history = match file.history() {
            Some(history) => OwnHistory::new(file.clone(), Some(file), history),
            None => {
                let kind = KeyKind::default();
                OwnHistory::create(file.clone(), Some(file), kind, Timestamp::now()).await?
            }
        };
        Ok(Self::new(history, peers))
    }

    fn new(history: OwnHistory, peers: Peers) -> Self {
        Self(Arc::new(Inner {
            history,
            channel_keys: ChannelKeys::default(),
            peers: Arc::new(peers),
        }))
    }

    /// Returns the name of the identity.
    pub fn identifier(&self) -> Identifier {
        self.history().identifier()
    }

    /// Returns the changes of its key.
    pub fn history(&self) -> ChangeHistory {
        self.0.history.current()
    }

    /// Returns what was seen of other identities.
    pub fn peers(&self) -> &Arc<Peers> {
        &self.0.peers
    }

    /// Replaces the key of the identity by a new one of the same kind, and deletes the old one. The name
    /// stays. From then on, peers that have heard of it refuse the old key, and what it has attested.
    ///
    /// # Errors
    ///
    /// The error of the vault, and `InvalidInput` after [`MAX_CHANGES`](crate::MAX_CHANGES) keys. The old
    /// key is still the one of the identity then. Returns `Denied` if the clock of this machine is behind
    /// the time at which the current key became valid: time never goes back in a history.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped before it is ready, the identity has the old key or the new one. Its vault
    /// may hold a key that nobody uses.
    pub async fn rotate(&self) -> Result<()> {
        self.0.history.rotate(Timestamp::now()).await
    }

    /// Returns the identity with its private key, sealed with a passphrase. Keep it where it is safe.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the passphrase is empty, or if the vault lets no key out.
    pub async fn export(&self, passphrase: &str) -> Result<Vec<u8>> {
        self.0.history.export(passphrase).await
    }

    /// Creates an identity from what was [exported](Self::export). It lasts as long as the program.
    ///
    /// # Errors
    ///
    /// `Denied` if the passphrase is wrong, and `InvalidInput` if the bytes are no identity.
    pub fn import(exported: &[u8], passphrase: &str) -> Result<Self> {
        let (mut contents, _) = Contents::open(exported, Some(passphrase))?;
        let history = contents.history.take();
        let history = history.ok_or_else(|| invalid("there is no identity in the file"))?;
        let vault = MemoryVault::from_contents(&mut contents)?;
        Self::open(Arc::new(vault), history)
    }

    /// Writes an identity that was [exported](Self::export) to a new file, with the same passphrase, and
    /// loads it.
    ///
    /// # Errors
    ///
    /// Those of [`import`](Self::import) and of [`FileVault::open`]; `Denied` if there is a file already, or
    /// another process has it in use.
    pub async fn import_to(
        path: impl AsRef<Path>,
        exported: &[u8],
        passphrase: &str,
    ) -> Result<Self> {
        Contents::open(exported, Some(passphrase))?;
        Self::from_file(FileVault::import(path.as_ref(), exported, passphrase)?).await
    }

    /// Returns the key that the identity uses in secure channels, with its attestation. It is made anew
    /// ten days before it expires, and after a rotation.
    ///
    /// # Errors
    ///
    /// The error of the vault.
    pub async fn channel_key(&self) -> Result<ChannelKey> {
        let inner = &*self.0;
        inner
            .channel_keys
            .current(&inner.history, Timestamp::now())
            .await
    }

    /// Returns the vault.
    pub fn vault(&self) -> &Arc<dyn Vault> {
        self.0.history.vault()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.identifier()).finish()
    }
}
