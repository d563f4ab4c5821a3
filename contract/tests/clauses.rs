//! The contract, clause by clause, and what several clauses share.
//!
//! All of it is one program, so that it is linked once. A test has a program of its own if it looks at
//! something that belongs to the whole process: its memory, its threads, its file descriptors, its
//! `tracing` subscriber.

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
mod errors;
mod extreme_settings;
mod kit;
mod routes;
mod send_futures;
mod trace_context;
