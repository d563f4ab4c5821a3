//! Bob: an identity that survives restarts, and a worker that only an end-to-end channel reaches. The TCP
//! connection, and every node between, sees ciphertext.
//!
//! `secure_bob [address]` prints:
//!     I am I…(64 hex digits)
//!     listening at 127.0.0.1:4000
//!     Alice I… says: Hello Bob!
use ockam::{
    async_worker, Context, Identity, Result, Routed, SecureChannels, TcpTransport, Trust, Worker,
};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        // Who it is has been proved, and not by what the message says of itself.
        let peer = msg.peer().expect("only a secure channel is exposed");
        println!("Alice {peer} says: {msg}");
        ctx.reply(msg.into_body()).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:4000".to_string());
    // Made the first time, in a file that only its owner can read; the same from then on.
    let bob = Identity::load_or_create("bob.identity").await?;
    println!("I am {}", bob.identifier());

    ctx.start_worker("echoer", Echoer).await?;
    let channels = SecureChannels::new(&ctx, bob)?;
    channels.listen("secure", Trust::anyone(), "echoer").await?;
    let listener = TcpTransport::new(&ctx)?.listen(&address, "secure").await?;
    println!("listening at {}", listener.local_address());
    Ok(())
}
