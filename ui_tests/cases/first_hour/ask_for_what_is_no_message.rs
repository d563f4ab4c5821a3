use ockam::{Context, Result};

struct Own;

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let answer = ctx.ask::<Own>("d", 1_u64).await?;
    ctx.stop().await
}
