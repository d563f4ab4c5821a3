//! Groups: many workers at one address.
//!
//! ```text
//!  Group ── start ─▶ a supervisor at the address, behind a GroupEndpoint ── starts ─▶ members, which join it
//! ```
//!
//! What a message to a group meets is in `delivery/group`.

mod builder;
mod handle;
mod members;
mod send;

pub use builder::Group;
pub use handle::GroupHandle;
