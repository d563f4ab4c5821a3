use std::time::Duration;

/// The maximum number of changes in a history.
pub const MAX_CHANGES: usize = 128;

/// The maximum number of bytes of the data of a change.
pub const MAX_CHANGE_BYTES: usize = 1024;

/// The maximum number of bytes of the data of an attestation.
pub const MAX_ATTESTATION_BYTES: usize = 1024;

/// How far ahead of this node's clock the creation of an attestation may lie. It excuses nothing that
/// has expired.
pub const MAX_CLOCK_DRIFT: Duration = Duration::from_secs(60);

/// The maximum number of identities whose newest history is remembered. Only identities that have
/// rotated their key are counted: there is nothing older than a history of one change.
pub const MAX_PEERS: usize = 65_536;

/// The maximum number of bytes of a file with an identity.
pub const MAX_IDENTITY_FILE_BYTES: u64 = 1024 * 1024;

/// How long the key of an identity is valid, unless it is rotated.
pub(crate) const IDENTITY_KEY_VALIDITY: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// How long the attestation of a channel key is valid.
pub(crate) const CHANNEL_KEY_VALIDITY: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long before its end the attestation of a channel key is renewed.
pub(crate) const CHANNEL_KEY_RENEWAL: Duration = Duration::from_secs(10 * 24 * 3600);
