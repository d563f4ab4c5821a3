//! Tests on a node of their own: what `#[ockam::test]` runs, and the kit for tests of workers.

mod run;
mod verdict;

#[cfg(feature = "test-util")]
mod alone;
#[cfg(feature = "test-util")]
mod captured;
#[cfg(feature = "test-util")]
mod hush;
#[cfg(feature = "test-util")]
mod idle;
#[cfg(feature = "test-util")]
mod probe;
#[cfg(feature = "test-util")]
mod seeds;
#[cfg(feature = "test-util")]
mod shorten;
#[cfg(feature = "test-util")]
mod simulate;

#[cfg(feature = "test-util")]
pub use alone::{Alone, alone};
#[cfg(feature = "test-util")]
pub use captured::Sent;
#[cfg(feature = "test-util")]
pub use probe::Probe;
pub use run::TestRun;
#[cfg(feature = "test-util")]
pub use seeds::Found;
#[cfg(feature = "test-util")]
pub use simulate::at_end;

pub use crate::log::Trouble;
#[cfg(feature = "test-util")]
pub use crate::task::idle::UnderWay;
#[cfg(feature = "test-util")]
pub use crate::task::seeded::{decide, is_simulated};
