#![forbid(warnings, unused, unused_mut, clippy::all, clippy::pedantic)]
#![deny(forbidden_lint_groups)]

use ockam::{Context, Result};

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.stop().await
}
