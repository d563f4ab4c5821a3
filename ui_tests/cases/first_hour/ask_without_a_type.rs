use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let answer = ctx.ask("d", 1_u64).await?;
    ctx.stop().await
}
