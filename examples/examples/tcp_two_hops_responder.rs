use std::env;

use ockam::{async_worker, Context, Result, Routed, TcpTransport, Worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        let connections = msg.return_route().len() - 1;
        println!("echoing {} over {connections} connections", *msg);
        ctx.reply(msg.into_body()).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:4000".to_string());

    ctx.start_worker("echoer", Echoer).await?;

    let tcp = TcpTransport::new(&ctx)?;
    let listener = tcp.listen(address, "echoer").await?;
    println!("listening at {}", listener.local_address());
    Ok(())
}
