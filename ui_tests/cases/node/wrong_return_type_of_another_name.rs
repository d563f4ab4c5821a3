use ockam::{Context, Result};

#[ockam::node]
async fn app(ctx: Context) -> Option<()> {
    ctx.stop().await.ok()
}
