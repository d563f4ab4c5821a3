use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

struct Job(fn());

#[async_worker]
impl Worker for Echoer {
    type Message = Job;

    async fn handle_message(&mut self, _: &mut Context, msg: Job) -> Result<()> {
        msg.0();
        Ok(())
    }
}

fn main() {}
