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

/// Tells whether a key is to be used, because it lasts, or because another one would not last longer: no
/// attestation outlives the key of the identity.
fn lasts(key: &ChannelKey, now: Timestamp) -> bool {
    let (expires, (_, until)) = (key.attestation.expires(), key.history.validity());
    expires > now.after(CHANNEL_KEY_RENEWAL) || (expires == until && expires >= now)
}

impl ChannelKeys {
    /// Returns the current key, or makes one.
    pub(super) async fn current(&self, own: &OwnHistory, now: Timestamp) -> Result<ChannelKey> {
        let mut keys = self.keys.lock().await;
        let history = own.current();
        if let Some(key) = &keys.current {
            if key.history == history && lasts(key, now) {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::key::KeyKind;
    use crate::limits::IDENTITY_KEY_VALIDITY;
    use crate::vault::MemoryVault;

    const DAY: Duration = Duration::from_secs(24 * 3600);

    #[tokio::test]
    async fn a_key_is_kept_when_another_one_would_not_last_longer() -> Result<()> {
        let begin = Timestamp::from_secs(1_000);
        let vault = Arc::new(MemoryVault::new());
        let own = OwnHistory::create(vault, None, KeyKind::Ed25519, begin).await?;
        let keys = ChannelKeys::default();
        let first = keys.current(&own, begin).await?;
        assert_eq!(
            keys.current(&own, begin.after(19 * DAY)).await?.attestation,
            first.attestation
        );
        let second = keys.current(&own, begin.after(21 * DAY)).await?;
        assert_ne!(
            second.attestation, first.attestation,
            "it is renewed in time"
        );
        // In the last days of the identity's own key, each handshake used to make a key, which soon deleted
        // those of the handshakes that were under way.
        let end = begin.after(IDENTITY_KEY_VALIDITY - 9 * DAY);
        let last = keys.current(&own, end).await?;
        for days in 0..9 {
            let key = keys.current(&own, end.after(days * DAY)).await?;
            assert_eq!(key.attestation, last.attestation, "after {days} days");
        }
        Ok(())
    }
}
