use ockam_core::Result;
use tokio::sync::Mutex;

use super::own_history::OwnHistory;
use crate::attestation::Attestation;
use crate::history::ChangeHistory;
use crate::limits::CHANNEL_KEY_RENEWAL;
use crate::timestamp::Timestamp;

/// What an identity shows in a handshake: the key that it uses in secure channels, and what proves that
/// the key is its own.
#[derive(Clone, Debug)]
pub struct ChannelKey {
    /// The history of the identity.
    pub history: ChangeHistory,
    /// The attestation of the key by the newest change of the history.
    pub attestation: Attestation,
}

/// The channel key of an identity, and the one before it, which handshakes may still use.
#[derive(Default)]
pub(super) struct ChannelKeys {
    /// Locked while a key is made, so that many handshakes make one.
    keys: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    current: Option<ChannelKey>,
    before: Option<ChannelKey>,
}

impl ChannelKeys {
    /// Returns the current key, or makes one.
    pub(super) async fn current(&self, own: &OwnHistory, now: Timestamp) -> Result<ChannelKey> {
        let mut keys = self.keys.lock().await;
        let history = own.current();
        if let Some(key) = &keys.current {
            let lasts = key.attestation.expires() > now.after(CHANNEL_KEY_RENEWAL);
            if lasts && key.history == history {
                return Ok(key.clone());
            }
        }
        let public = own.vault().create_exchange_key().await?;
        let attestation = own.attest(&history, public, now).await?;
        let key = ChannelKey {
            history,
            attestation,
        };
        let before = keys.current.replace(key.clone());
        if let Some(last) = std::mem::replace(&mut keys.before, before) {
            let public = last.attestation.key();
            own.vault().delete_exchange_key(public).await?;
        }
        Ok(key)
    }
}
