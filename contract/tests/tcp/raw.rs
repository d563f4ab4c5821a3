//! The peer that is not a node.

pub(crate) use ockam_contract::raw::{Raw, Seen, acknowledgement, framed, text};
