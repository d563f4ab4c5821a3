//! Clause 4: failures are reported to the sender, with a kind. The error names the address and holds
//! the undelivered message. Nothing is dropped in silence.

mod asks;
mod fairness;
mod lost;
mod refusals;
mod rooms;
