use ockam::async_processor;

trait Processor {
    type Context;
}

struct Fibonacci(u64);

#[async_processor]
impl Processor for Fibonacci {}

fn main() {}
