//! Clause 27: a seed decides the order of everything that a node does.
//!
//! A program of its own, because it looks at the processor time of its thread.

mod costs;
mod endings;
mod network;
mod orders;
mod planted;
mod races;
mod repeats;
mod scene;
mod time;
