//! The contract, clause by clause, from clause 17 on: see `clauses.rs`.

mod clause_17_monitors;
mod clause_18_time;
mod clause_19_processors;
mod clause_19_streams;
mod clause_20_groups;
mod clause_21_deadlines;
mod clause_22_access;
mod clause_23_streams_of_answers;
mod clause_24_protocols;
mod clause_26_seen;
