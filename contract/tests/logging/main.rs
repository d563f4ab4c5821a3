//! What a node tells the log (issue 2, item 7): `tracing` events and spans with the worker's address;
//! without a subscriber, warnings and errors on stderr.

mod book;
mod ends;
mod events;
mod hostile;
mod rust_log;
mod spans;
mod stderr;
