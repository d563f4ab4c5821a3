use std::env;

use ockam::{route, Context, Result, TcpTransport};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let responder = env::args().nth(1).unwrap_or("127.0.0.1:4000".to_string());

    let tcp = TcpTransport::new(&ctx)?;
    let connection = tcp.connect(responder).await?;

    let route = route![&connection, "echoer"];
    let reply: String = ctx.ask(route, "Hello Ockam!".to_string()).await?;
    println!("Reply: {reply}");

    ctx.stop().await
}
