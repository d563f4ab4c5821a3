//! A worker that runs a loop of its own, and is stopped and monitored like any other; made by a function
//! (`ProcessorBuilder::from_fn`), it is restarted like any other, too.
//!
//! Prints:
//!     1 1 2 3 5 8
use ockam::{async_processor, Context, Processor, Result};

struct Fibonacci(u64, u64);

#[async_processor]
impl Processor for Fibonacci {
    /// One turn. `Ok(false)` ends it; between two turns it can be stopped.
    async fn process(&mut self, ctx: &mut Context) -> Result<bool> {
        ctx.send_message("app", self.1).await?;
        (self.0, self.1) = (self.1, self.0 + self.1);
        Ok(self.1 < 100)
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_processor("fibonacci", Fibonacci(0, 1)).await?;
    let mut numbers = Vec::new();
    for _ in 0..6 {
        numbers.push(ctx.receive::<u64>().await?.to_string());
    }
    println!("{}", numbers.join(" "));
    ctx.stop().await
}
