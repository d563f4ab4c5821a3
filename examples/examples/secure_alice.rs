//! Alice talks with Bob and nobody else: `secure_alice <identifier> [address]`. Any number of nodes may stand
//! between them: only the route to `secure` gets longer.
//!
//! Prints:
//!     Bob says: Hello Bob!
//!     another in his place: denied
use ockam::{route, Context, Identifier, Identity, Result, SecureChannels, TcpTransport, Trust};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let bob: Identifier = arguments.next().unwrap_or_default().parse()?;
    let address = arguments.next().unwrap_or("127.0.0.1:4000".to_string());

    let connection = TcpTransport::new(&ctx)?.connect(&address).await?;
    let channels = SecureChannels::new(&ctx, Identity::create().await?)?;

    // A channel is an address, like a connection: it stands in routes, and everything that holds over a
    // connection holds through it: failures that come back, order, backpressure, being made again.
    let channel = channels
        .connect(route![&connection, "secure"], Trust::only(bob))
        .await?;
    let reply: String = ctx.ask(route![&channel, "echoer"], "Hello Bob!".to_string()).await?;
    println!("Bob says: {reply}");

    let stranger = Identity::create().await?.identifier();
    let refused = channels
        .connect(route![&connection, "secure"], Trust::only(stranger))
        .await;
    println!("another in his place: {}", refused.unwrap_err().kind());
    ctx.stop().await
}
