use std::fmt;

use ockam_core::Error;

use crate::delivery::{Delivery, Destination, Incoming};
use crate::send_error::SendError;

/// Whoever was found at an address of the node: a worker, or the link to another node.
///
/// It may stop at any time. It then takes nothing in any more, and another one may be found at its
/// address.
pub struct Recipient(pub(super) Destination);

impl Recipient {
    /// Delivers a message from another node, if there is room.
    ///
    /// # Errors
    ///
    /// [`SendError::Full`] if it is worth waiting for room.
    pub fn deliver(&self, message: &Incoming<'_>) -> Result<(), SendError<()>> {
        self.0.send_incoming(None, message)
    }

    /// Delivers messages that differ from `message` by their bodies only, in order, as far as there is room.
    /// None is taken from the `bodies` behind one that can't be delivered.
    pub fn deliver_all(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> Delivery {
        self.0.send_all_incoming(message, bodies)
    }

    /// Makes an error of a message that it refused.
    pub fn error_of(&self, refused: SendError<()>) -> Error {
        self.0.error_of_incoming(refused)
    }

    /// Returns its number, which is the same at all addresses of one worker.
    pub fn number(&self) -> u64 {
        self.0.registration().id
    }

    /// Tells whether what it takes in goes on to another node.
    pub fn is_link(&self) -> bool {
        self.0.link().is_some()
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.0.registration().address();
        f.debug_tuple("Recipient").field(address).finish()
    }
}
