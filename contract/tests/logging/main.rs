//! What a node tells the log (issue 2, item 7): `tracing` events and spans with the worker's address;
//! without a subscriber, warnings and errors on stderr.

mod event_log;
mod events;
mod rust_log;
mod spans;
mod stderr;
