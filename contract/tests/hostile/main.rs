//! A node as a process, peers that say what no node would say, and a meter of the process from outside.
//! `siege` does the same at full size.
#![cfg(target_os = "linux")]

mod answers;
mod besieged;
mod linear;
mod nonsense;
mod output;
mod recursion;
mod stderr;
mod stop;
mod weight;
