use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let stopped = ctx.stop().await
    stopped
}
