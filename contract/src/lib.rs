//! The code that the tests of the contract share. The tests are in `tests/`, one file or folder for
//! each clause.

pub mod connected;
pub mod descriptors;
pub mod eventually;
pub mod gated;
pub mod hop;
pub mod hush;
#[cfg(target_os = "linux")]
pub mod meter;
pub mod pace;
pub mod program;
pub mod raw;
pub mod recorder;
pub mod target;
pub mod versions_of_a_type;
pub mod without_tokio;
