use ockam::{Context, Result};

#[ockam::node(name = "one", name = "two")]
async fn main(ctx: Context) -> Result<()> {
    ctx.stop().await
}
