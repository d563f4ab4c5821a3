use ockam::{Context, Processor, ProcessorBuilder, Restart, Result, Supervisor, async_processor};

struct Fibonacci(u64);

#[async_processor]
impl Processor for Fibonacci {
    async fn process(&mut self, _ctx: &mut Context) -> Result<bool> {
        Ok(self.0 > 0)
    }
}

fn main() {
    let _ = ProcessorBuilder::new("fibonacci", Fibonacci(0)).restart(Restart::always());
    let _ = Supervisor::one_for_one("all").child(ProcessorBuilder::new("fibonacci", Fibonacci(0)));
}
