use ockam::{Context, Processor, Result, async_processor};

struct Fibonacci(u64);

#[async_processor]
impl Processor for Fibonacci {
    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        Ok(())
    }
}

fn main() {}
