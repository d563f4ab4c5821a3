use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let text = "Hello Ockam!".to_string();
    ctx.send_message("echoer", &text).await?;
    ctx.stop().await
}
