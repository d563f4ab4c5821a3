//! The contract over TCP: what holds between the workers of one node holds between those of two, and
//! what connections, listeners and their limits add to it.

mod acknowledged;
mod backpressure;
mod bad_input;

mod cancelling;
mod closing;
mod crowded;
mod exposure;
mod failures;
mod hops;
mod itself;
mod limits;
mod log_lines;
mod lost;
mod nodes;
mod order;
mod places;
mod processes;
mod proxy;
mod raw;
mod receiving;
mod reports;
mod runs;
mod talking;
mod user_code;
mod workers;
mod wrong_type;
