use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, _: &mut Context, msg: String) -> Result<String> {
        Ok(msg)
    }
}

fn main() {}
