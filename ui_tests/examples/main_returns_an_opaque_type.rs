#![deny(warnings)]

use std::process::Termination;

use ockam::Context;

#[ockam::node]
async fn main(ctx: Context) -> impl Termination {
    ctx.stop().await
}
