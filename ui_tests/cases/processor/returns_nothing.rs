use ockam::{Context, Processor, Result, async_processor};

struct Fibonacci(u64);

#[async_processor]
impl Processor for Fibonacci {
    async fn process(&mut self, _ctx: &mut Context) -> Result<()> {
        self.0 += 1;
        Ok(())
    }
}

fn main() {}
