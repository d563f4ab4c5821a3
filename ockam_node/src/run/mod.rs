//! How a node is run: the builder, the executor, the signals of the process, and the entry points of the
//! macros.

mod builder;
#[doc(hidden)]
pub mod entry;
mod executor;
mod signals;
#[cfg(feature = "env-filter")]
mod subscriber;

pub use builder::{NodeBuilder, start_node};
pub use executor::Executor;
