//! Workers of the peer that this node monitors, and workers of this node that the peer monitors.
//!
//! ```text
//!  Context::monitor ─▶ OwnMonitors ── Monitoring ─ ─ ▶ PeerMonitors ──▶ Watched: a worker of the other node
//!            Down ◀────── Watch ◀──── Monitored  ◀ ─ ─ PeerWatch ◀──────────┘
//! ```
//!
//! Those of the peer end with the stream. Its own ones are made again on the next one.

mod own;
mod peer;

pub(super) use own::OwnMonitors;
pub(super) use peer::PeerMonitors;
