use std::time::Instant;

use ockam::{Connection, Context, NodeBuilder, Result, TcpTransport, Worker, route};
use serde::{Deserialize, Serialize};
use tokio_stream::{StreamExt, iter};

use crate::remote::part;

/// How many parts of how many bytes.
#[derive(Serialize, Deserialize)]
struct Order {
    parts: u64,
    bytes: u64,
}

/// Answers with parts.
struct Downloads;

impl Worker for Downloads {
    type Message = Order;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, order: Order) -> Result<()> {
        let bytes = order.bytes as usize;
        ctx.reply_stream(iter(0..order.parts).map(move |number| part(number, bytes)))
            .await
    }
}

/// Runs the server, which prints its address, until its stdin ends.
pub(crate) fn serve() -> Result<()> {
    let (ctx, mut executor) = NodeBuilder::new().worker_threads(2).build()?;
    executor.execute(async move {
        ctx.start_worker("downloads", Downloads).await?;
        let listener = TcpTransport::new(&ctx)?.listen("127.0.0.1:0", "downloads").await?;
        println!("{}", listener.local_address());
        crate::remote::until_stdin_ends().await;
        ctx.stop().await
    })
}

/// A client of the server.
pub(crate) struct Ours {
    pub(crate) ctx: Context,
    connection: Connection,
}

impl Ours {
    pub(crate) async fn connect(ctx: Context, address: &str) -> Result<Self> {
        let connection = TcpTransport::new(&ctx)?.connect(address).await?;
        Ok(Self { ctx, connection })
    }

    /// Returns the nanoseconds of a part.
    pub(crate) async fn download(&self, parts: u64, bytes: u64) -> Result<f64> {
        let begun = Instant::now();
        let order = Order { parts, bytes };
        let route = route![&self.connection, "downloads"];
        let mut answer = self.ctx.ask_stream::<Vec<u8>>(route, order).await?;
        let mut sum = 0;
        while let Some(part) = answer.next().await {
            sum += part?.len() as u64;
        }
        assert_eq!(sum, parts * bytes, "all parts have come");
        Ok(begun.elapsed().as_nanos() as f64 / parts as f64)
    }
}
