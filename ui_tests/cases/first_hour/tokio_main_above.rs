use ockam::{Context, Result};

#[tokio::main]
#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.stop().await
}
