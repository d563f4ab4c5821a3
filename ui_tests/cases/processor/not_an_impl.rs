use ockam::async_processor;

#[async_processor]
struct Fibonacci(u64);

fn main() {}
