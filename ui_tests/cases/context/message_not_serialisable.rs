use ockam::{Context, Result};

struct Job(fn());

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.send_message("worker", Job(|| ())).await?;
    ctx.stop().await
}
