use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context, arguments: Vec<String>, other: Context) -> Result<()> {
    drop((arguments, other));
    ctx.stop().await
}
