//! A program whose `main` returns nothing.

use ockam::Context;
use ockam_contract::program::Witness;

#[ockam::node]
async fn main(ctx: Context) {
    let started = ctx.start_worker("witness", Witness).await;
    started.expect("the address is free");
    println!("main returns");
}
