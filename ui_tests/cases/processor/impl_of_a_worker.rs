use ockam::{Context, Processor, Result, Worker, async_processor, async_worker};

struct Echoer;

#[async_processor]
impl Worker for Echoer {
    type Message = String;
    type Context = Context;
}

struct Fibonacci(u64);

#[async_worker]
impl Processor for Fibonacci {
    type Context = Context;

    async fn process(&mut self, _ctx: &mut Context) -> Result<bool> {
        Ok(true)
    }
}

fn main() {}
