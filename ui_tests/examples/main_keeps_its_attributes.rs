//! The documentation of the crate.

#![deny(warnings, missing_docs)]

use ockam::Context;

#[ockam::node]
/// The documentation of the function.
#[cfg(not(test))]
#[cfg_attr(not(test), allow(non_snake_case))]
#[expect(unused_variables)]
pub async fn main(Context: Context) {
    #![allow(unused_must_use)]
    let unused = 1;
    Context.stop().await;
}

#[cfg(test)]
fn main() {}
