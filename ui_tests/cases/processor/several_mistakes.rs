use ockam::{Context, Processor, async_processor};

struct Fibonacci(u64);

#[async_processor]
impl Processor for Fibonacci {
    type Message = u64;

    fn proces(&self, ctx: &mut Context, more: u8) {
        println!("{} {}", self.0, ctx.address().to_string().len() + usize::from(more));
    }

    async fn shutdown(&mut self, ctx: &mut Context) {
        ctx.halt().await
    }
}

fn main() {}
