//! Clause 11: mailboxes are bounded. The capacity counts every message that is accepted and not yet
//! begun, also those that a receiver has taken as a batch. If the mailbox is full, a send waits until
//! its deadline, and `try_send` returns the message. A sender that would wait for itself gets an error
//! at once.

mod capacity;
mod deadlines;
mod itself;

mod model;
mod wait_order;
mod waiting;
