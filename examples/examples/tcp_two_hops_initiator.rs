use std::env;

use ockam::{route, Address, Context, Result, TcpTransport, TransportType};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let mut arguments = env::args().skip(1);
    let middle = arguments.next().unwrap_or("127.0.0.1:3000".to_string());
    let responder = arguments.next().unwrap_or("127.0.0.1:4000".to_string());

    let tcp = TcpTransport::new(&ctx)?;
    let to_middle = tcp.connect(middle).await?;

    let responder = Address::new(TransportType::TCP, responder);
    let route = route![&to_middle, responder, "echoer"];
    let reply: String = ctx.ask(route, "Hello Ockam!".to_string()).await?;
    println!("Reply: {reply}");

    ctx.stop().await
}
