use std::task::{Context, Poll};

/// The number of a sender that waits for a place. Once granted, it is the right to one place of the
/// mailbox. Permits are granted in the order in which senders began to wait.
pub(crate) type Permit = u64;

/// The capacity of a mailbox with the type of its messages erased, for senders that wait for room.
pub(crate) trait Capacity: Sync {
    /// Requests a permit if there is none yet, and waits until it is granted or the mailbox is closed.
    fn poll_reserve(&self, permit: &mut Option<Permit>, cx: &mut Context<'_>) -> Poll<()>;

    /// Returns a permit, granted or not.
    fn give_back(&self, permit: Permit);
}
