//! Clause 4: failures are told to the sender, typed. The error names the address, the undelivered
//! message can be taken back from it, and nothing is dropped without anybody saying so.

mod asks;
mod lost;
mod refusals;
mod rooms;
