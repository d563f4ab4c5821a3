//! Clause 10: the end of a program. After a requested stop, it ends with 0. After `Ok` without a stop,
//! it goes on until SIGINT or SIGTERM, which stop the node at any time. A second signal ends the
//! program at once. `Err`, a panic and an exit code stop the node, and the process ends with them. Once
//! `main` has ended, the process never hangs.
//!
//! The programs are in `src/bin`.

#[cfg(unix)]
mod blocked;
mod blocked_handlers;
mod endings;
mod executor;
#[cfg(unix)]
mod exit_codes;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod stderr;
#[cfg(unix)]
mod stuck;
#[cfg(unix)]
mod without_a_node;
