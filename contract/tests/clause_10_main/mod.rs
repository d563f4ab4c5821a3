//! Clause 10: how a program ends. After a requested stop it ends with 0; `Ok` without a stop goes on
//! until SIGINT or SIGTERM, which stop the node at any time; a second signal ends the program at
//! once. `Err`, a panic and an exit code stop the node and are what the process ends with. Once
//! `main` has ended, the process never hangs.
//!
//! The programs are in `src/bin`.

#[cfg(unix)]
mod blocked;
mod endings;
mod executor;
#[cfg(unix)]
mod exit_codes;
#[cfg(unix)]
mod signals;
