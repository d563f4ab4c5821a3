use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.send_message("echoer", "Hello Ockam!").await?;
    ctx.stop().await
}
