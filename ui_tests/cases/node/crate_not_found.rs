use ockam::{Context, Result};

#[ockam::node(crate = "nowhere")]
async fn main(ctx: Context) -> Result<()> {
    ctx.stop().await
}
