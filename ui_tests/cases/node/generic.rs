use ockam::{Context, Result};

#[ockam::node]
async fn main<T>(ctx: Context) -> Result<()>
where
    T: Send,
{
    ctx.stop().await
}
