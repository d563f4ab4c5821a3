//! The error type of handlers and nodes. It is opaque, as small as a pointer, `Send` and `Sync`. `?`
//! converts any error into it. It can be the source of other errors, and is unchanged after boxing.

mod anyhow;
mod boxed;
mod first_hour;
mod in_messages;
mod printed;
mod shape;
mod sources;
mod undelivered;
