//! Workloads that are hard on a node: floods, deadlocks, and workers that end under load.

mod hard_a_hundred_thousand_messages;
mod hard_ends;
mod hard_fairness;
mod hard_flooding;
mod hard_initialize;
