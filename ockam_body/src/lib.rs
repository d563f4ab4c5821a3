//! The messages of the ockam framework as bytes.
//!
//! ```text
//!   a worker's message ── encode_body ──▶ bytes ── decode_body ──▶ a worker's message
//!                └─────── stable_name ──▶ what its type is called on every node
//! ```
//!
//! Bodies are [BARE](bare), as upstream Ockam 0.150 writes them. Between workers of one node messages
//! are moved, and nothing here is called; a transport calls it where they leave the node and where
//! they arrive. Programs depend on the facade crate `ockam`.
//!
//! # Examples
//!
//! ```
//! use ockam_body::{decode_body, encode_body};
//!
//! let mut body = Vec::new();
//! encode_body(&7_u16, &mut body)?;
//! assert_eq!(body, [7, 0]);
//! assert_eq!(decode_body::<u16>(&body)?, 7);
//! # Ok::<(), ockam_body::BodyError>(())
//! ```

pub mod bare;
mod body;

pub use body::{BodyError, decode_body, encode_body, stable_name};
