//! Routes with several local hops. Workers of `Any` forward messages, each adds itself to the return
//! route, and answers and failures come back along it.

mod addresses;
mod failures;
mod forwarding;
mod long;
mod redirect;
mod reply_rights;
mod way_back;
mod witness;
