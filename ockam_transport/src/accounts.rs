//! What a link to another node keeps account of. It knows no stream and no socket.
//!
//! ```text
//!   sender, writer                            receiver
//!         │                                      │
//!   ┌─────▼────────┐  one lock of the link,      │
//!   │ SendAccounts │  with its queue             │
//!   │   InFlight   │                             │
//!   └─────┬────────┘                             │
//!         ▼                                      ▼
//!   ┌──────────────── PeerAccounts ─────────────────┐
//!   │ Credit, PendingAsks, ReturnPaths, OwedCredit, │  a short lock each
//!   │ OpenQuestions                                 │
//!   │ Acknowledged, TakenIn, PeerCell, LostMessages │  atomics
//!   └───────────────────────────────────────────────┘
//! ```
//!
//! A link owns one [`SendAccounts`], under the same lock as its queue of frames, and shares one
//! [`PeerAccounts`] between sending and receiving. The receiver uses [`PeerAccounts`] only: it takes
//! the lock of one account for one lookup, and never the lock of the queue. Senders lock the queue
//! first, and then at most one account at a time.
//!
//! | a link calls | when |
//! |---|---|
//! | [`SendAccounts::reserve`], [`SendAccounts::note`] | a message is queued |
//! | [`SendAccounts::give`] | the stream gets what is queued |
//! | [`SendAccounts::take_in_doubt`], [`SendAccounts::take_queued`] | the stream, or the link, ends |
//! | [`PeerAccounts::take_ask`], [`PeerAccounts::admit_return`] | a message comes back |
//! | [`PeerAccounts::taken_in`], [`PeerAccounts::owe`] | a message is taken in, and is handled |
//! | [`PeerAccounts::add_credit`], [`PeerAccounts::acknowledge`] | the peer grants and acknowledges |
//! | [`PeerAccounts::restart`] | a new stream begins |
//!
//! Messages that were given to a stream, and that the peer had not acknowledged when the stream was
//! lost, are **in doubt**: the peer may have got them, so they are reported as such and not sent
//! again. A peer of upstream acknowledges nothing. There, only messages that were being written are
//! known to be in doubt.

mod acknowledged;
mod address_bytes;
mod address_map;
mod asker;
mod counts;
mod credit;
mod in_flight;
mod in_flight_group;
mod lost_messages;
mod open_questions;
mod owed_credit;
mod peer_accounts;
mod peer_kind;
mod pending_asks;
mod queued_reports;
mod return_paths;
mod send_accounts;
mod shares;
mod taken_in;
mod unsent;

pub(crate) use address_bytes::address_bytes;
pub(crate) use credit::{WINDOW_BYTES, WINDOW_MESSAGES};
pub(crate) use in_flight_group::{InFlightGroup, OnLoss, merged};
pub(crate) use peer_accounts::PeerAccounts;
pub(crate) use peer_kind::PeerKind;
pub(crate) use pending_asks::{PendingAsk, fail_all};
pub(crate) use queued_reports::QueuedReports;
pub(crate) use send_accounts::{NoRoom, NotSent, SendAccounts, Withdrawn};
