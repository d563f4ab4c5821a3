//! One of any number of nodes behind a NATS server: start it as often as you like, kill any of them.
//!
//! `nats_back <name> [nats://127.0.0.1:4222]` prints `name is there` and a line for each job.
use ockam::{Context, Result, Worker, async_worker};
use ockam_nats::NatsTransport;

struct Squarer(String);

#[async_worker]
impl Worker for Squarer {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        println!("{} squares {number}", self.0);
        ctx.reply(number * number).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or("back".to_string());
    let server = arguments.next().unwrap_or("nats://127.0.0.1:4222".to_string());

    // The name is the node's on the bus: an address in routes, as that of a connection is.
    let nats = NatsTransport::connect(&ctx, &server, &name).await?;
    ctx.start_worker("squarer", Squarer(name.clone())).await?;
    nats.expose("squarer");
    println!("{name} is there");
    Ok(())
}
