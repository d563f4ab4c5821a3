//! What the tests of the contract share: see `tests/`, one file for each clause.

pub mod descriptors;
pub mod eventually;
pub mod gated;
pub mod hop;
pub mod hush;
pub mod pace;
pub mod program;
pub mod recorder;
