//! Logging: a node emits `tracing` events and spans with the address of the worker. Without a
//! subscriber, it writes warnings and errors to stderr.

mod ends;
mod event_log;
mod events;
mod gone;
mod hostile;
mod many;
mod rust_log;
mod spans;
mod stderr;
