//! Clause 9: stopping the node. `app` closes first, and sends to it fail at once. The workers stop in
//! the reverse order of their start. One deadline covers the whole. In a handler, the stop is a
//! request. A report counts the losses. (`hard_a_thousand_nodes` tests that nodes leak nothing, and
//! `clause_10_main` tests the end of the process.)

mod app;
mod deadline;
mod in_handler;
mod order;
mod refused;
mod runtime;
mod stuck;
