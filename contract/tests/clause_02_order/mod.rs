//! Clause 2, between workers of one node: messages of one sender to one receiver arrive in the order in
//! which they were sent, also if the sender reaches the receiver in different ways. Each arrives at
//! most once. `Ok` from a send means that the message is in the receiver's mailbox.

mod delivery;
mod moved_address;
mod several_senders;
mod ways;
