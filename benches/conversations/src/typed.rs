use std::time::Instant;

use ockam::{Context, NodeBuilder, Result, Worker, WorkerHandle, protocol};

use crate::allocations;
use crate::rounds::{self, Table};

const CALLS: u64 = 200_000;

#[protocol]
trait Adder {
    async fn add(&mut self, number: u64) -> Result<u64>;
}

/// Adds what it is called with.
struct Sum(u64);

impl Adder for Sum {
    async fn add(&mut self, number: u64) -> Result<u64> {
        self.0 += number;
        Ok(self.0)
    }
}

/// The same by hand.
impl Worker for Sum {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        self.0 += number;
        ctx.reply(self.0).await
    }
}

struct Ways {
    handle: WorkerHandle<u64>,
    by_handle: AdderClient,
    by_address: AdderClient,
    ctx: Context,
}

impl Ways {
    async fn start(ctx: Context) -> Result<Self> {
        let handle = ctx.start_worker("plain", Sum(0)).await?;
        let by_handle = ctx.start_worker("typed", AdderWorker(Sum(0))).await?.into();
        let by_address = AdderClient::new(&ctx, "typed");
        Ok(Self {
            handle,
            by_handle,
            by_address,
            ctx,
        })
    }

    async fn play(&self, way: &str, calls: u64) -> Result<()> {
        for number in 0..calls {
            match way {
                "ask-by-handle" => self.handle.ask::<u64>(number).await?,
                "call-by-handle" => self.by_handle.add(number).await?,
                "ask-by-address" => self.ctx.ask::<u64>("plain", number).await?,
                "call-by-address" => self.by_address.add(number).await?,
                other => panic!("no way is called {other}"),
            };
        }
        Ok(())
    }

    /// Returns the nanoseconds of a call.
    async fn timed(&self, way: &str) -> Result<f64> {
        let begun = Instant::now();
        self.play(way, CALLS).await?;
        Ok(begun.elapsed().as_nanos() as f64 / CALLS as f64)
    }

    /// Returns the allocations of a call.
    async fn allocations(&self, way: &str) -> Result<f64> {
        let before = allocations::count();
        self.play(way, CALLS).await?;
        Ok((allocations::count() - before) as f64 / CALLS as f64)
    }
}

const WAYS: [&str; 4] = ["ask-by-handle", "call-by-handle", "ask-by-address", "call-by-address"];

pub(crate) fn main() -> Result<()> {
    for builder in [NodeBuilder::new().current_thread(), NodeBuilder::new().worker_threads(2)] {
        println!("\n{builder:?}\n");
        let (ctx, mut executor) = builder.build()?;
        executor.execute(async move {
            // In a task of the runtime, as the peers' benchmarks do.
            tokio::spawn(async move {
                let ways = Ways::start(ctx).await?;
                let (mut times, mut allocated) = (Table::new(WAYS), Table::new(WAYS));
                for _ in 0..rounds::count() {
                    times.add([
                        ways.timed(WAYS[0]).await?,
                        ways.timed(WAYS[1]).await?,
                        ways.timed(WAYS[2]).await?,
                        ways.timed(WAYS[3]).await?,
                    ]);
                }
                allocated.add([
                    ways.allocations(WAYS[0]).await?,
                    ways.allocations(WAYS[1]).await?,
                    ways.allocations(WAYS[2]).await?,
                    ways.allocations(WAYS[3]).await?,
                ]);
                times.print("ns a call");
                allocated.print("allocations a call");
                ways.ctx.stop().await
            })
            .await?
        })?;
    }
    Ok(())
}

/// Plays one way alone, for callgrind.
pub(crate) fn alone(way: &str, calls: u64) -> Result<()> {
    let way = way.to_owned();
    let (ctx, mut executor) = NodeBuilder::new().current_thread().build()?;
    executor.execute(async move {
        let ways = Ways::start(ctx).await?;
        ways.play(&way, calls).await?;
        ways.ctx.stop().await
    })
}
