use std::fmt;

use ockam_core::Error;

use crate::delivery::{DeliveredBatch, Destination, Incoming};
use crate::send_error::SendError;

/// The recipient at an address: a worker, an open context, or the link to another node.
///
/// It may stop at any time. It then refuses all messages, and another recipient may be at its address.
pub struct Recipient(pub(super) Destination);

impl Recipient {
    /// Delivers a message from another node, if there is room.
    ///
    /// # Errors
    ///
    /// Returns [`SendError::Full`] if the caller can wait for room.
    pub fn deliver(&self, message: &Incoming<'_>) -> Result<(), SendError<()>> {
        self.0.send_incoming(None, message)
    }

    /// Delivers messages in order, until there is no room. They differ from `message` only in their
    /// bodies. After the first message that can't be delivered, no more are taken from `bodies`.
    pub fn deliver_all(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> DeliveredBatch {
        self.0.send_all_incoming(message, bodies)
    }

    /// Creates the error of a message that was refused.
    pub fn error_of(&self, refused: SendError<()>) -> Error {
        self.0.error_of_incoming(refused)
    }

    /// Returns the number of the recipient, which is the same at all of its addresses.
    pub fn number(&self) -> u64 {
        self.0.registration().id
    }

    /// Returns `true` if the recipient is a link to another node.
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
