//! What the console shows of nodes with something wrong, and whom it answers.

mod client;
mod hostile;
mod look;
mod openapi;
mod planted;
mod program;
mod recorded;
mod remote;
