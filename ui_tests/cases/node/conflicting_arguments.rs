use ockam::{Context, Result};

#[ockam::node(worker_threads = 4, current_thread)]
async fn main(ctx: Context) -> Result<()> {
    ctx.stop().await
}
