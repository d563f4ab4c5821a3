use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    tokio::spawn(async move {
        ctx.send_message("app", 1_u64).await
    });
    ctx.stop().await
}
