//! Clause 9: stopping the node. `app` closes first and sends to it fail at once; the workers stop in
//! the reverse order of their start; one deadline covers the whole. From a handler it is a request.
//! What was lost can be read as a report. (That nodes can come and go without leaking is tested in
//! `a_thousand_nodes.rs`, and what becomes of a process in `clause_10_main`.)

mod app;
mod deadline;
mod in_handler;
mod order;
mod refused;
mod runtime;
