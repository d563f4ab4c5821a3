use ockam::{Context, Result};

struct Fibonacci(u64);

async fn start(ctx: Context) -> Result<()> {
    ctx.start_processor("fibonacci", Fibonacci(0)).await?;
    Ok(())
}

fn main() {}
