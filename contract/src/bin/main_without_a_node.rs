//! A program that outlives its nodes. Its argument says what it does before and after.

use std::io;
use std::thread;

use ockam::__private as private;
use ockam::{Context, NodeBuilder, Result, start_node};

fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("runs a node") => run_a_node()?,
        Some("runs a test") => {
            private::TestRun::new("a test", NodeBuilder::new()).run(|ctx: Context| async move {
                private::Outcome::of(async { drop(ctx) }).await.ended()
            });
        }
        Some("handles signals itself") => {
            handle_signals()?;
            run_a_node()?;
        }
        Some("has no threads") => {
            let built = NodeBuilder::new().worker_threads(2).build();
            println!("{:#}", built.expect_err("no node without threads"));
            return Ok(());
        }
        other => unreachable!("there is no scenario {other:?}"),
    }
    println!("no node lives");
    io::stdin().read_line(&mut String::new())?;
    let (mut ctx, mut executor) = start_node();
    executor.execute(async move {
        println!("another node lives");
        ctx.receive::<u64>().await.map(drop)
    })
}

fn run_a_node() -> Result<()> {
    let (ctx, mut executor) = start_node();
    executor.execute(async move { ctx.stop().await })
}

/// Prints a line for each SIGINT, from now on.
fn handle_signals() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let _inside = runtime.enter();
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    drop(_inside);
    thread::spawn(move || {
        runtime.block_on(async {
            while interrupt.recv().await.is_some() {
                println!("the program handles it");
            }
        });
    });
    Ok(())
}
