//! Identities of the ockam framework, without a node.
//!
//! ```text
//!  Identity ── signs with ──▶ Vault            Peers: the newest history of others
//!     │ history: Change, Change, …                ▲
//!     │ attests                                   │ older or forked ones are refused
//!     ▼                                           │
//!  ChannelKey + Attestation ── to a peer ──▶ Proof::verify
//! ```
//!
//! | what | where |
//! |---|---|
//! | an identity of this program: created, loaded, rotated, exported | [`Identity`] |
//! | the changes of an identity's key, which make its [`Identifier`](ockam_core::Identifier) | [`ChangeHistory`] |
//! | the key that an identity uses in secure channels, and that it is its own | [`Attestation`] |
//! | where private keys are: in memory, in a file, in a service of your own | [`Vault`], [`MemoryVault`], [`FileVault`] |
//! | the newest histories that were seen of others | [`Peers`] |
//! | public keys and signatures | [`PublicKey`], [`Signature`] |
//!
//! The bytes are those of upstream Ockam 0.150. Everything that is decoded may have come from a peer: it
//! is refused above its limits, and decoding allocates no more than what was received.
//!
//! # Examples
//!
//! ```
//! use ockam_identity::{ChangeHistory, Identity};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> ockam_core::Result<()> {
//! let bob = Identity::create().await?;
//! let history = ChangeHistory::decode(&bob.history().encode())?;
//! assert_eq!(history.identifier(), bob.identifier());
//!
//! // A new key, and the same name.
//! bob.rotate().await?;
//! assert_eq!(bob.history().identifier(), history.identifier());
//! # Ok(())
//! # }
//! ```

mod attestation;
mod cbor;
mod exchange;
mod hash;
mod history;
mod identity;
mod key;
mod limits;
mod lock;
mod peers;
mod random;
mod refused;
mod timestamp;
mod vault;

pub use attestation::Attestation;
pub use exchange::{ExchangeKey, SharedSecret};
pub use history::ChangeHistory;
pub use identity::{ChannelKey, Identity};
pub use key::{KeyKind, PublicKey, Signature};
pub use limits::{
    MAX_ATTESTATION_BYTES, MAX_CHANGE_BYTES, MAX_CHANGES, MAX_CLOCK_DRIFT, MAX_IDENTITY_FILE_BYTES,
    MAX_PEERS,
};
pub use peers::Peers;
pub use timestamp::Timestamp;
pub use vault::{FileVault, MemoryVault, Vault};
