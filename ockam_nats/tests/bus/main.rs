//! Nodes on a NATS server, which each test starts.

#![expect(unreachable_pub, reason = "its modules are those of one program")]

mod by_name;
mod groups;
mod hostile;
#[allow(dead_code, reason = "another test uses the rest")]
mod kit;
mod lease;
mod like_tcp;
mod lost;
mod membership;
mod secure;
mod slow;
