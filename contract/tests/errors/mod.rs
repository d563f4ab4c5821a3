//! The one error of handlers and nodes (issue 2, item 6): opaque, as small as a pointer, `Send` and
//! `Sync`; made of any error with `?`, a source for others, and itself again behind a box.

mod anyhow;
mod boxed;
mod printed;
mod shape;
mod sources;
mod undelivered;
