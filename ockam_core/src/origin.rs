use std::fmt;
use std::sync::Arc;

use crate::address::Address;

/// The connection by which a message came to this node.
///
/// It travels with the message: wherever the message is forwarded on this node, it goes where its
/// connection may send, and nowhere else.
#[derive(Clone)]
pub struct Origin(Arc<dyn Admission>);

/// Says what a connection may send to.
pub trait Admission: Send + Sync + 'static {
    /// Tells whether messages of the connection may go to `address`.
    fn admits(&self, address: &Address) -> bool;
}

impl Origin {
    /// Names a connection.
    pub fn new(admission: Arc<dyn Admission>) -> Self {
        Self(admission)
    }

    /// Tells whether the message may go to `address`.
    pub fn admits(&self, address: &Address) -> bool {
        self.0.admits(address)
    }
}

impl PartialEq for Origin {
    /// Tells whether it is the same connection.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Origin {}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").finish_non_exhaustive()
    }
}
