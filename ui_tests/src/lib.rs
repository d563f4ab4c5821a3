//! Tests of what the compiler says about programs that use `ockam`.
//!
//! Every program in `examples` compiles without a warning and runs. Every program in `cases` contains a
//! mistake that a user can make; the file beside it holds what the compiler
//! says. After a change of wording, record it anew, and read it:
//!
//! ```text
//! TRYBUILD=overwrite cargo test -p ockam_ui_tests
//! ```
