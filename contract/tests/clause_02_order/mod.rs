//! Clause 2, between workers of one node: messages arrive in the order in which they were sent, per
//! sender and receiver, whichever way the sender reaches it; each arrives at most once; and `Ok`
//! from a send means that the message is in the receiver's mailbox.

mod delivery;
mod moved_address;
mod several_senders;
mod ways;
