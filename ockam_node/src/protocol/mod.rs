//! What the macro `protocol` writes its clients with.

mod client;

pub use client::Client;
