//! When a worker is started again, and after what delay.

mod budget;
mod policy;

pub(super) use budget::Budget;
pub use policy::Restart;
pub(super) use policy::When;
