//! Clause 6: a start ends when `initialize` has ended. An error of `initialize` is the error of the
//! start, and the address is free again. Messages that arrive before that wait, and become dead letters
//! if the start fails. A taken address is an error and doesn't disturb its owner.

mod addresses;
mod conversations;
mod dropped;
mod failing;
mod from_elsewhere;
mod hesitant;
mod own_type;
mod tasks;
mod waiting;
