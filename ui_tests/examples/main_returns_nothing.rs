#![deny(warnings)]

use ockam::Context;

#[ockam::node]
async fn main(ctx: Context) {
    ctx.stop().await.expect("the node stops once");
}
