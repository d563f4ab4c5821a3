//! Clause 12: `receive::<M>()` takes the first queued message of that type and leaves the others
//! queued, in order, counted against the capacity. A timed and a matching form exist. In a handler it
//! draws the worker's own messages. Replies to asks never pass through the mailbox.

mod in_handler;
mod opened;
mod replies;
mod selective;
mod timed;
