use std::task::{Context, Poll};

/// The right to one place of a mailbox, once it is granted. Permits are granted in the order in which
/// senders began to wait.
pub(crate) type Permit = u64;

/// The capacity of a mailbox, whatever the type of its messages, for senders that wait for room.
pub(crate) trait Capacity: Sync {
    /// Asks for a permit if there is none yet, and waits until it is granted or the mailbox is closed.
    fn poll_reserve(&self, permit: &mut Option<Permit>, cx: &mut Context<'_>) -> Poll<()>;

    /// Gives a permit back, granted or not.
    fn give_back(&self, permit: Permit);
}
