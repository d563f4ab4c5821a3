//! The names of nodes, for errors: the nodes of a process may have workers at the same addresses.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use ockam_core::text::Visible;

/// The bytes of a name that an error shows.
const MAX_SHOWN_BYTES: usize = 64;

type Names = BTreeMap<u32, Arc<str>>;

/// The names of the nodes of this process that have one of their own.
static NAMES: RwLock<Names> = RwLock::new(Names::new());

/// Makes the name of a node known to errors, until it is dropped.
pub(super) struct NodeName(NodeNumber);

/// The number of a node in this process. It prints the name of the node behind an address: ` of node alice`, or
/// nothing if the node has no name of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeNumber(u32);

impl NodeName {
    /// Notes the name of a node. After 2^32 nodes, numbers come again.
    pub(super) fn new(node: u64, name: Option<&str>) -> Self {
        let number = NodeNumber(node as u32);
        if let Some(name) = name {
            names().insert(number.0, Visible::line(MAX_SHOWN_BYTES, name).into());
        }
        Self(number)
    }

    pub(super) fn number(&self) -> NodeNumber {
        self.0
    }
}

fn names() -> RwLockWriteGuard<'static, Names> {
    NAMES.write().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for NodeName {
    fn drop(&mut self) {
        names().remove(&self.0.0);
    }
}

impl fmt::Display for NodeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = NAMES.read().unwrap_or_else(PoisonError::into_inner);
        let name = names.get(&self.0).cloned();
        drop(names);
        name.map_or(Ok(()), |name| write!(f, " of node {name}"))
    }
}
