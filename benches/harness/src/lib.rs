//! What the benchmarks of all frameworks share: the workloads, the count of what was handled, the
//! clocks, and the count of allocations.
//!
//! ```text
//!  bench_<framework> ── impl Framework ──▶ harness::main ── plays one workload ──▶ lines "metric value"
//!                                                                                        │
//!  benches/run ──▶ report ── starts them in turn: A B C A B C … ◀────────────────────────┘
//!                    └──▶ RESULTS.md, results.svg
//! ```
//!
//! A workload is written once, over the trait [`Framework`]; what differs between two columns of the
//! table is that trait's implementation and nothing else. A process plays one workload and ends, so
//! that none inherits the heap of another.

mod allocations;
mod arguments;
mod clock;
mod framework;
mod latencies;
mod ledger;
mod payload;
mod play;
mod played;
mod station;
pub mod tcp;
mod tokio_runtime;
mod workload;

pub use allocations::{Allocations, Counting};
pub use arguments::variant;
pub use clock::{Clock, Spent};
pub use framework::{CAPACITY, Framework, Threads};
pub use ledger::{Ledger, Page};
pub use payload::{Payload, Record};
pub use play::main;
pub use station::{Echo, Idler, Next, Station};
pub use tokio_runtime::run_on_tokio;

#[global_allocator]
static ALLOCATOR: Counting = Counting;
