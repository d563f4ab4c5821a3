//! Clause 8: stopping a worker closes its mailbox, lets the running handler finish, handles what is
//! queued, runs `shutdown`, frees the address, and then returns. One deadline covers all of it.
//! Called by a worker on itself, a stop is only a request. A kill drops the handler and skips
//! `shutdown`. Neither waits behind a full mailbox.

mod closing;
mod deadline;
mod idle;
mod itself;
mod kill;
mod kill_waiting;
mod others;
mod stop;
