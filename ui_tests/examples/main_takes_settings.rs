#![deny(warnings)]

use ockam::{Context, Result};

#[ockam::node(worker_threads = 2, name = "settings", crate = "ockam")]
async fn main(ctx: Context) -> Result<()> {
    ctx.stop().await
}
