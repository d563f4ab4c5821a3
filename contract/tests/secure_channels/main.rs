//! Clause 25: secure channels. Whoever is at the other end has proved its identity, nobody between can do more
//! than let nothing pass, and what holds over a connection holds through a channel.

mod access;
mod attacks;
mod closing;
mod eve;
mod exposure;
mod failures;
mod floods;
#[path = "../tcp/log_lines.rs"]
mod log_lines;
mod lost;
mod nodes;
#[path = "../tcp/proxy.rs"]
mod proxy;
mod routes;
mod simulated;
mod streams;
mod talking;
mod trust;
mod workers;
