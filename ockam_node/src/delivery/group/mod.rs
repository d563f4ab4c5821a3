//! A group: many members at one address.
//!
//! ```text
//!  Registry ── address ─▶ GroupEndpoint { owner, policy, Members } ── choice ─▶ the mailbox of a member
//! ```
//!
//! The registry has a [`GroupEndpoint`] where it has the mailbox of a worker elsewhere, so that nothing on the
//! way of a message knows of groups but this folder. The sender chooses the member and pushes into its mailbox:
//! there is no worker in between. The *owner* is the endpoint of the worker that supervises the members. The
//! group has its addresses, its lifecycle and its watchers.
//!
//! A key belongs to one of a fixed number of [slots](slots), and a slot to one member from its first message
//! until that member has ended. So a key never has two members, whoever joins, and the memory doesn't grow with
//! the number of keys.

mod all;
mod any;
mod copies;
mod endpoint;
mod load;
mod member;
mod members;
mod policy;
mod push;
mod reserve;
mod slots;

pub(crate) use endpoint::GroupEndpoint;
pub use policy::Delivery;
pub(crate) use reserve::reserve;
