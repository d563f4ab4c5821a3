//! A program whose nodes stop within a tenth of a second, but for what blocks their threads. Its argument
//! says what blocks.

use std::future::pending;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use ockam::__private as private;
use ockam::{Context, LocalOnly, NodeBuilder, Result, Worker};
use tokio::sync::oneshot;

/// Blocks the thread that handles its first message, for ever.
struct Blocks;

impl Worker for Blocks {
    type Message = LocalOnly<oneshot::Sender<()>>;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: Self::Message) -> Result<()> {
        let _ = msg.0.send(());
        block()
    }
}

fn main() -> ExitCode {
    let node = NodeBuilder::new().worker_threads(1);
    let node = node.stop_timeout(Duration::from_millis(100));
    match std::env::args().nth(1).as_deref() {
        Some("all threads") => execute(node, |ctx| async move {
            block_a_thread(&ctx).await?;
            println!("is blocked");
            pending().await
        }),
        Some("all threads, and main stops the node itself") => execute(node, |ctx| async move {
            block_a_thread(&ctx).await?;
            println!("is blocked");
            ctx.stop().await?;
            println!("has stopped");
            pending().await
        }),
        Some("main") => execute(node, |_ctx| async move {
            println!("is blocked");
            block()
        }),
        Some("main, and a worker stops the node") => stopped_by_a_worker(node),
        Some("one of two nodes") => execute(node, |_ctx| async move {
            thread::spawn(run_another_node);
            block()
        }),
        other => unreachable!("there is no scenario {other:?}"),
    }
}

/// Needs longer for its end than the other worker's node may take.
struct TakesItsTime;

impl Worker for TakesItsTime {
    type Message = u64;
    type Context = Context;

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        println!("the other has ended");
        Ok(())
    }
}

fn run_another_node() {
    execute(NodeBuilder::new(), |mut ctx| async move {
        ctx.start_worker("takes its time", TakesItsTime).await?;
        println!("the other waits");
        ctx.receive::<u64>().await.map(drop)
    });
}

fn execute<F: Future<Output = Result<()>>>(
    node: NodeBuilder,
    main: impl FnOnce(Context) -> F,
) -> ExitCode {
    let (ctx, mut executor) = node.build().expect("a node");
    match executor.execute(main(ctx)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{}", error.kind());
            ExitCode::from(3)
        }
    }
}

/// What `#[ockam::node]` writes, with another deadline of a stop.
fn stopped_by_a_worker(node: NodeBuilder) -> ExitCode {
    private::run(node, |ctx| async move {
        let ctx: Context = ctx;
        tokio::spawn(async move { ctx.stop().await });
        block()
    })
}

async fn block_a_thread(ctx: &Context) -> Result<()> {
    let handle = ctx.start_worker("blocks", Blocks).await?;
    let (blocks, is_blocked) = oneshot::channel();
    handle.send(LocalOnly(blocks)).await?;
    Ok(is_blocked.await?)
}

fn block() -> ! {
    loop {
        thread::park();
    }
}
