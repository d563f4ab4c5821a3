use ockam::{Context, Result};

#[ockam::node(threads = 4, "worker", flavor = "multi_thread")]
async fn main(ctx: Context) -> Result<()> {
    ctx.stop().await
}
