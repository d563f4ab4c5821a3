//! Clause 15: no code of a user runs while a mailbox or the registry is locked, and no lock is held
//! across an `.await`. The `Drop` of a message, the `Drop` of a worker and a waker call into the node
//! here: the same mailbox, the registry, a start. If a lock were held, the thread would deadlock.

mod calls_back;
mod drops;
mod handlers;
mod wakers;
