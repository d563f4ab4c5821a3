use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ockam::{async_worker, Address, Context, Down, Result, Worker, WorkerBuilder};
use serde::{Deserialize, Serialize};

/// The attempts that have worked, as the runners count them: so many jobs have to be done in the end.
static WORKED: AtomicU64 = AtomicU64::new(0);

#[derive(Serialize, Deserialize)]
enum Order {
    Do(Vec<u64>),
    Tried { by: Address, worked: bool },
    Status,
}

/// Hands jobs to runners, one at a time to each. An open job has the number of its attempts.
#[derive(Default)]
struct Queue {
    open: BTreeMap<u64, u32>,
    ready: VecDeque<u64>,
    idle: VecDeque<Address>,
    busy: BTreeMap<Address, u64>,
    over: [u64; 2],
}

#[async_worker]
impl Worker for Queue {
    type Message = Order;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        for runner in ["runner 1", "runner 2", "runner 3"] {
            // They stop when the queue has heard of its stop, and before it ends.
            WorkerBuilder::from_fn(runner, || Runner).owned().start(ctx).await?;
            ctx.monitor(runner)?.with_restarts();
            self.idle.push_back(runner.into());
        }
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, order: Order) -> Result<()> {
        match order {
            Order::Do(jobs) => self.hand_out(ctx, jobs).await,
            Order::Tried { by, worked } => self.tried(ctx, &by, worked).await,
            Order::Status => ctx.reply((self.over, self.open.len())).await,
        }
    }

    async fn down(&mut self, ctx: &mut Context, down: Down) -> Result<()> {
        self.tried(ctx, down.address(), false).await // The runner has panicked, and is there again.
    }

    /// Comes when the runners have ended, and all that they have told is handled.
    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        let worked = WORKED.load(Ordering::Relaxed);
        println!("{} jobs are done of {worked} that worked", self.over[1]);
        Ok(())
    }
}

impl Queue {
    async fn hand_out(&mut self, ctx: &Context, jobs: Vec<u64>) -> Result<()> {
        jobs.iter().for_each(|job| _ = self.open.entry(*job).or_default());
        self.ready.extend(jobs);
        while !(ctx.is_stopping() || self.idle.is_empty() || self.ready.is_empty()) {
            let (job, runner) = (self.ready.remove(0).unwrap(), self.idle.remove(0).unwrap());
            *self.open.entry(job).or_default() += 1;
            ctx.send_message(runner.clone(), (job, self.open[&job])).await?;
            self.busy.insert(runner, job);
        }
        Ok(())
    }

    async fn tried(&mut self, ctx: &Context, by: &Address, worked: bool) -> Result<()> {
        let Some(job) = self.busy.remove(by) else {
            return Ok(());
        };
        self.idle.push_back(by.clone());
        if worked || self.open[&job] == 3 {
            self.open.remove(&job);
            self.over[usize::from(worked)] += 1;
        } else {
            let pause = Duration::from_millis(10 << self.open[&job]);
            ctx.send_after(pause, ctx.address(), Order::Do(vec![job]));
        }
        match self.open.is_empty() {
            true => ctx.send_message("app", self.over).await,
            false => self.hand_out(ctx, Vec::new()).await,
        }
    }
}

struct Runner;

#[async_worker]
impl Worker for Runner {
    type Message = (u64, u32);

    async fn handle_message(&mut self, ctx: &mut Context, job: (u64, u32)) -> Result<()> {
        assert!(job != (7, 1), "too much for a first attempt");
        tokio::time::sleep(Duration::from_millis(1)).await;
        let (by, worked) = (ctx.address().clone(), job.0 % 10 != 3);
        WORKED.fetch_add(worked.into(), Ordering::Relaxed);
        ctx.send_message("queue", Order::Tried { by, worked }).await
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    let jobs = std::env::args().nth(1).map_or(Ok(20), |jobs| jobs.parse())?;
    WorkerBuilder::from_fn("queue", Queue::default).start(&ctx).await?;
    ctx.send_message("queue", Order::Do((1..=jobs).collect())).await?;
    let (_, open) = ctx.ask::<([u64; 2], usize)>("queue", Order::Status).await?;
    println!("{open} jobs are open");
    let [failed, done] = ctx.receive::<[u64; 2]>().await?.into_body();
    println!("{done} are done, {failed} have failed");
    ctx.stop().await
}
