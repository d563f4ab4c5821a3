use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let reply = ctx.receive::<String>().await?;
    println!("Reply: {reply}");
    ctx.stop().await
}
