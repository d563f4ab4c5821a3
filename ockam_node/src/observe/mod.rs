//! What is kept of the workers that somebody watches closely: how long their messages take, and the last ones.
//!
//! No other worker pays for it: see `Extras`.

mod histogram;
mod recorder;
mod recordings;
mod times;

pub use histogram::TimeReport;
pub(crate) use recorder::{Recorded, Recorder};
pub use recorder::{RecordedEnd, RecordedMessage};
pub(crate) use recordings::Recordings;
pub(crate) use times::Times;
