use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: impl Into<Context>) -> Result<()> {
    ctx.into().stop().await
}
