//! A node with all kinds of trouble, to look at its console: `cargo run -p ockam_console --example troubles`.
//!
//! It prints where the console is, and goes on until SIGINT.

use std::env;
use std::future::pending;
use std::time::Duration;

use ockam::{
    Context, NodeBuilder, Restart, Result, Supervisor, TcpTransport, Worker, WorkerBuilder,
    async_worker,
};
use ockam_console::Console;

/// Answers.
struct Orders;

#[async_worker]
impl Worker for Orders {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, order: u64) -> Result<()> {
        ctx.reply(order).await
    }
}

/// Never comes to an end of a message.
struct Payments;

#[async_worker]
impl Worker for Payments {
    type Message = String;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: String) -> Result<()> {
        pending().await
    }
}

/// Asks another worker, and waits for its answer.
struct Asks(&'static str);

#[async_worker]
impl Worker for Asks {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        let answer: String = ctx.ask(self.0, msg).await?;
        ctx.reply(answer).await
    }
}

/// Panics at each message.
struct Stock;

#[async_worker]
impl Worker for Stock {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, item: u64) -> Result<()> {
        panic!("item {item} <b>is not</b> on any shelf")
    }
}

/// Handles fewer messages than it gets.
struct Letters;

#[async_worker]
impl Worker for Letters {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: Vec<u8>) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok(())
    }
}

async fn start(ctx: &Context) -> Result<()> {
    let often = Restart::on_failure().at_most(1_000_000, Duration::from_secs(1));
    let often = often.backoff(Duration::from_millis(300), Duration::from_millis(300));
    Supervisor::one_for_one("warehouse")
        .child(WorkerBuilder::from_fn("stock", || Stock).restart(often))
        .child(WorkerBuilder::from_fn("shelves", || Orders))
        .start(ctx)
        .await?;
    Supervisor::one_for_one("office")
        .child(WorkerBuilder::from_fn("orders", || Orders))
        .child(WorkerBuilder::from_fn("payments", || Payments))
        .child(WorkerBuilder::from_fn("letters", || Letters))
        .start(ctx)
        .await?;
    ctx.start_worker("<img src=x onerror=alert(1)>", Orders)
        .await?;
    for _ in 0..4 {
        ctx.send_message("payments", "card".to_string()).await?;
    }
    for (name, asks) in [
        ("checkout", "payments"),
        ("refunds", "payments"),
        ("shop", "checkout"),
    ] {
        ctx.start_worker(name, Asks(asks)).await?;
        ctx.send_message(name, "card".to_string()).await?;
    }
    Ok(())
}

/// Connects to two nodes, of which one ends.
async fn connect(ctx: &Context) -> Result<Context> {
    let tcp = TcpTransport::new(ctx)?;
    let mut nodes = Vec::new();
    for name in ["bank", "post"] {
        let node = NodeBuilder::new().name(name).start().await?;
        node.start_worker("orders", Orders).await?;
        let listener = TcpTransport::new(&node)?;
        let listener = listener.listen("127.0.0.1:0", "orders").await?;
        tcp.connect(listener.local_address()).await?;
        nodes.push(node);
    }
    if let Some(post) = nodes.pop() {
        post.stop().await?;
    }
    nodes
        .pop()
        .ok_or_else(|| ockam::Error::new(ockam::ErrorKind::Other, "no node"))
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    start(&ctx).await?;
    let _bank = connect(&ctx).await?;
    let console = Console::new(&ctx).slow_after(Duration::from_secs(2));
    let at = env::args().nth(1).unwrap_or("127.0.0.1:0".to_owned());
    let console = console.listen(at).await?;
    println!("http://{}", console.local_address());
    let mut number = 0_u64;
    loop {
        number += 1;
        for _ in 0..3 {
            ctx.ask::<u64>("orders", number).await?;
        }
        if number % 100 == 0 {
            let inbox = ctx.open("closed")?;
            ctx.send_message(inbox.address().clone(), number).await?;
        }
        let _ = ctx.try_send("stock", number);
        let _ = ctx.try_send("letters", vec![0_u8; 3]);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
