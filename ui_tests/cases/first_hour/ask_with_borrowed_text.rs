use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let answer: String = ctx.ask("d", "hello").await?;
    println!("{answer}");
    ctx.stop().await
}
