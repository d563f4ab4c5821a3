//! Clause 7: the `Err` of a handler goes to the asker, and the worker goes on. A panic ends that worker
//! only: its address is freed, its askers get an error, the queued messages are counted, and the node
//! goes on. An ask ends at once when its right to answer is dropped unused.

mod drops;
mod errors;
mod nervous;
mod panics;
mod queued;
mod reply_rights;
mod shutdowns;
