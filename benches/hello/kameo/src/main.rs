//! An actor that echoes, asked with a message.

use kameo::Actor;
use kameo::actor::Spawn;
use kameo::message::{Context, Message};

#[derive(Actor)]
struct Echoer;

impl Message<String> for Echoer {
    type Reply = String;

    async fn handle(&mut self, msg: String, _: &mut Context<Self, String>) -> String {
        msg
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let echoer = Echoer::spawn(Echoer);
    println!("Reply: {}", echoer.ask("Hello!".to_string()).await?);
    Ok(())
}
