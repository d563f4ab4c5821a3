//! Clause 8: a stop of a worker closes its mailbox, waits for the running handler, handles the queued
//! messages, runs `shutdown`, frees the address, and then returns. One deadline covers all of it. If a
//! worker stops itself, the stop is only a request. A kill drops the handler and skips `shutdown`.
//! Neither waits for room in a full mailbox.

mod closing;
mod deadline;
mod idle;
mod itself;
mod kill;
mod kill_waiting;
mod others;
mod outside;
mod phases;
mod stop;
