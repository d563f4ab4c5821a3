use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn initialize(&mut self, _: &mut Context) -> () {}

    async fn handle_message(&mut self, _: &mut Context, msg: String) {
        println!("{msg}");
    }
}

fn main() {}
