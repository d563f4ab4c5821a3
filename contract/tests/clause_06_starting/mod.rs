//! Clause 6: a start ends when `initialize` has. Its error is the error of the start, and the
//! address is free again. Messages that arrive meanwhile wait, and become dead letters if it fails.
//! A taken address is an error and leaves its owner alone.

mod addresses;
mod conversations;
mod dropped;
mod failing;
mod hesitant;
mod tasks;
mod waiting;
