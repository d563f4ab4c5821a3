use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<u32> {
    ctx.stop().await?;
    Ok(7)
}
