//! Compiles the programs in `cases`, which the compiler refuses.

use trybuild::TestCases;

#[test]
#[cfg_attr(
    not(recorded_compiler),
    ignore = "recorded with another version of Rust, see build.rs"
)]
fn what_is_wrong_is_explained() {
    TestCases::new().compile_fail("cases/*/*.rs");
}
