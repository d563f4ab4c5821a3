//! Nodes on a NATS server, which each test starts.

#![expect(unreachable_pub, reason = "its modules are those of one program")]

mod by_name;
mod groups;
mod hostile;
mod kit;
mod lease;
mod like_tcp;
mod lost;
mod membership;
mod secure;
mod slow;
