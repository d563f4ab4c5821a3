use ockam::{Context, Result};

struct Echoer;

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.stop().await
}
