//! Nodes on a NATS server, which each test starts.

#![expect(unreachable_pub, reason = "its modules are those of one program")]

mod by_name;
mod hostile;
mod kit;
mod lease;
mod lost;
mod secure;
mod slow;
