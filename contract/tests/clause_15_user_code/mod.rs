//! Clause 15: no user code runs while a mailbox or the registry is locked, and no map guard lives
//! across an await. A message's `Drop`, a worker's `Drop` and a waker call back into the node: to the
//! same mailbox, to the registry, to a start. With a lock held, the thread would wait for itself.

mod calls_back;
mod drops;
mod handlers;
mod panicking;
mod wakers;
