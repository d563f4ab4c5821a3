//! Model-checks the mailbox of `ockam_node` with loom.

#[cfg(test)]
#[allow(unused_imports)] // The node has a use for each of them.
#[path = "../../ockam_node/src/mailbox/mod.rs"]
mod mailbox;
#[cfg(test)]
mod sync;

#[cfg(test)]
mod ends;
#[cfg(test)]
mod explore;

#[cfg(test)]
mod models;
