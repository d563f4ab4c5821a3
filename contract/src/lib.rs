//! The code that the tests of the contract share. The tests are in `tests/`, one file or folder for
//! each clause.

pub mod descriptors;
pub mod eventually;
pub mod gated;
pub mod hop;
pub mod hush;
pub mod pace;
pub mod program;
pub mod recorder;
