//! Clause 11: mailboxes are bounded. The capacity counts every message accepted and not yet begun,
//! also those that a receiver has taken as a batch. A full mailbox makes a send wait, at most for its
//! deadline; `try_send` refuses and gives the message back. Whoever waits would wait for itself gets
//! the error at once.

mod capacity;
mod deadlines;
mod itself;

mod model;
mod wait_order;
mod waiting;
