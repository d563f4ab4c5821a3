//! Running a node: the builder, the executor, the signals of the process, and the entry points of the
//! macros.

mod aside;
mod builder;
#[doc(hidden)]
pub mod entry;
mod executor;
#[cfg(feature = "env-filter")]
mod log_to_stderr;
mod output;
mod signals;
mod watch;

pub use builder::{NodeBuilder, start_node};
pub(crate) use executor::Ending;
pub use executor::Executor;
#[cfg(feature = "env-filter")]
pub use log_to_stderr::log_to_stderr;
pub use output::ExecutorOutput;
pub(crate) use watch::Ends;
