#![deny(warnings)]

// The guide writes `mut ctx` from the start; only its end needs it.

use ockam::{Context, Result};

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.stop().await
}
