use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: &mut Context) -> Result<()> {
    ctx.stop().await
}
