use std::env;

use ockam::{Address, Context, Result, TcpTransport, TransportType};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().unwrap_or("127.0.0.1:3000".to_string());
    let responder = arguments.next().unwrap_or("127.0.0.1:4000".to_string());

    let tcp = TcpTransport::new(&ctx)?;
    let responder = Address::new(TransportType::TCP, responder);
    let listener = tcp.listen(address, responder).await?;
    println!("listening at {}", listener.local_address());
    Ok(())
}
