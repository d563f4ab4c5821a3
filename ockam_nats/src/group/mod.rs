//! Groups over the bus: an address that leads to one of the nodes that serve a group.
//!
//! ```text
//!  worker ─▶ 79#squarers ─▶ GroupLink ── the one with least to do ──▶ 78#back ─▶ connection ─ ─ ▶ its worker
//!                              │
//!                              └── nobody known: asks <prefix>.group.members.squarers
//! ```
//!
//! A message goes over the connection to the node that gets it, and so its sender hears of all that happens to it. A
//! queue group of NATS would give the message to some node, and nobody could tell which: neither that it has failed,
//! nor that it was lost with its node.
//!
//! | file | what |
//! |---|---|
//! | `link` | sends each message to a member |
//! | `find` | asks who serves a group |
//! | `groups` | the groups that this node sends to, and those that it serves; the goodbye |

mod find;
mod groups;
mod link;

pub(crate) use groups::{ALL, GROUP, Groups, serve};
