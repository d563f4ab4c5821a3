//! The messages of the ockam framework as bytes.
//!
//! ```text
//!   a worker's message ── encode_body ──▶ bytes ── decode_body ──▶ a worker's message
//!                └─────── Shape ──▶ what its type is called and looks like on every node
//! ```
//!
//! Bodies are encoded in [BARE](bare), as upstream Ockam 0.150 does it. This crate is used where
//! messages leave a node and where they arrive from another one. Between workers of one node, messages
//! are moved. Programs depend on the facade crate `ockam`.
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
mod shape;
mod stack;

pub use body::{BodyError, BodyType, CallError, decode_body, encode_body};
pub use shape::{MAX_NAMED_DEPTH, Shape, difference};
