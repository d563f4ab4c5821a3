//! Routes of several local hops (issue 2, item 5): workers of `Any` pass messages on, the way back
//! is built on the way, and answers and failures find back along it.

mod addresses;
mod failures;
mod forwarding;
mod reply_rights;
mod way_back;
mod witness;
