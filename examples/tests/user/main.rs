//! What a user does, done by tests: a new crate outside the workspace, the ways to depend on
//! `ockam` from there, and the programs of the book.

mod abort;
mod book;
mod dependencies;
mod documents;
mod markdown;
mod new_crate;
#[cfg(unix)]
mod services;
#[cfg(unix)]
mod together;

/// The guide's program, as it stands.
const GUIDE: &str = include_str!("../../examples/guide_01_workers.rs");

/// What it prints.
const GUIDE_PRINTS: &str = "Reply: Hello Ockam!\n";
