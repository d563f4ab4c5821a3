use ockam::{Context, Result};

#[ockam::node]
const fn main(ctx: Context) -> Result<()> {
    ctx.stop().await
}
