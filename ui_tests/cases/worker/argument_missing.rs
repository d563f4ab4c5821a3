use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn initialize(&mut self) -> Result<()> {
        Ok(())
    }

    async fn handle_message(&mut self, msg: String) -> Result<()> {
        println!("{msg}");
        Ok(())
    }
}

fn main() {}
