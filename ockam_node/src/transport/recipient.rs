use super::{Delivery, Incoming, Undelivered};
use crate::registry::Entry;

/// Whoever was found at an address of the node: a worker, or the link to another node.
///
/// It may stop at any time. It then takes nothing in any more, and another one may be found at its
/// address.
pub struct Recipient(pub(super) Entry);

impl Recipient {
    /// Delivers a message from another node, if there is room.
    ///
    /// # Errors
    ///
    /// [`Undelivered`] says whether it is worth to wait.
    pub fn deliver(&self, message: &Incoming<'_>) -> Result<(), Undelivered> {
        self.0.push_body(None, message)
    }

    /// Delivers messages that differ from `message` by their bodies only, in order, as far as there is room.
    /// None is taken from the `bodies` behind one that can't be delivered.
    pub fn deliver_all(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> Delivery {
        self.0.push_bodies(message, bodies)
    }

    /// Returns its number, which is the same at all addresses of one worker.
    pub fn number(&self) -> u64 {
        self.0.resident.tenancy().id
    }

    /// Tells whether what it takes in goes on to another node.
    pub fn is_link(&self) -> bool {
        self.0.resident.link().is_some()
    }
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = self.0.resident.tenancy().address();
        f.debug_tuple("Recipient").field(address).finish()
    }
}
