use ockam::{Context, Result};

#[ockam::node]
async fn main(&self, ctx: Context) -> Result<()> {
    ctx.stop().await
}
