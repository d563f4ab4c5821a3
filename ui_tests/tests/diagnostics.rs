//! Compiles the programs in `cases`.

use trybuild::TestCases;

#[test]
fn what_is_right_compiles_and_runs() {
    TestCases::new().pass("cases/pass/*.rs");
}

#[test]
#[cfg_attr(
    not(recorded_compiler),
    ignore = "recorded with another version of Rust, see build.rs"
)]
fn what_is_wrong_is_explained() {
    let cases = TestCases::new();
    cases.compile_fail("cases/context/*.rs");
    cases.compile_fail("cases/node/*.rs");
    cases.compile_fail("cases/test/*.rs");
    cases.compile_fail("cases/worker/*.rs");
}
