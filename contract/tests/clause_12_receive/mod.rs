//! Clause 12: `receive::<M>()` takes the first queued message of that type. The others stay queued in
//! order and count towards the capacity. There are forms with a time limit and with a condition. In a
//! handler, it takes the worker's own messages. Answers to asks never pass through the mailbox.

mod in_handler;
mod opened;
mod replies;
mod selective;
mod timed;
