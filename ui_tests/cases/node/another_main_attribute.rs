use ockam::{Context, Result};

#[ockam::node]
#[tokio::main]
async fn main(ctx: Context) -> Result<()> {
    ctx.stop().await
}
