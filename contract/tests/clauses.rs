//! The contract, clause by clause, up to clause 16, and what several clauses share. The others are in
//! `clauses_from_17.rs`.
//!
//! Few programs, so that little is linked; two of them, so that they are compiled side by side. A test has a
//! program of its own if it looks at something that belongs to the whole process: its memory, its threads, its
//! file descriptors, its `tracing` subscriber.

mod clause_01_addresses;
mod clause_02_order;
mod clause_03_moves;
mod clause_04_failures;
mod clause_05_wrong_type;
mod clause_06_starting;
mod clause_07_handlers;
mod clause_08_stopping;
mod clause_09_stopping_the_node;
mod clause_10_main;
mod clause_11_bounded_mailboxes;
mod clause_12_receive;
mod clause_13_supervision;
mod clause_14_cancelling;
mod clause_15_user_code;
mod errors;
mod extreme_settings;
mod kit;
mod routes;
mod send_futures;
mod trace_context;
