//! The contract over TCP. The clauses hold between workers of two nodes as they do on one node, and
//! there are connections, listeners and their limits.

mod acknowledged;
mod backpressure;
mod bad_input;

mod cancelling;
mod closing;
mod crowded;
mod exposure;
mod failures;
mod held;
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
mod runtimes;
mod settings;
mod shapes;
mod talking;
mod undelivered_order;
mod user_code;
mod versions;
mod versions_of_a_type;
mod workers;
mod wrong_type;
