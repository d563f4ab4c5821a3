//! Clause 7: a handler's `Err` goes to whoever asked, and the worker lives. A panic ends that worker
//! only: its address is freed, its askers are told, what was queued is counted, the node lives. An
//! ask whose reply right is dropped unused ends at once.

mod drops;
mod errors;
mod nervous;
mod panics;
mod payloads;
mod queued;
mod reply_rights;
mod shutdowns;
