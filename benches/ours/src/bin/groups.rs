//! Measures what it costs to send by a group, beside sending to the members by hand: `groups <members>` prints the
//! nanoseconds of a message until it has been handled, and the ratio to the same by hand.
//!
//! A round plays each way once, one after another, and a figure is the median of all rounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ockam::{Context, Delivery, Group, GroupHandle, NodeBuilder, Result, Worker, WorkerHandle};

const MESSAGES: usize = 100_000;
const ROUNDS: usize = 9;

/// Counts what all members have handled.
struct Sink(Arc<AtomicUsize>);

impl Worker for Sink {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _: &mut Context, _: u64) -> Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

struct Bench {
    handled: Arc<AtomicUsize>,
    members: Vec<WorkerHandle<u64>>,
    groups: Vec<(&'static str, GroupHandle<u64>)>,
    all: GroupHandle<u64>,
}

impl Bench {
    async fn start(ctx: &Context, count: usize) -> Result<Self> {
        let handled = Arc::<AtomicUsize>::default();
        let mut members = Vec::new();
        for member in 0..count {
            let sink = Sink(handled.clone());
            members.push(ctx.start_worker(format!("member-{member}"), sink).await?);
        }
        let mut groups = Vec::new();
        for (name, delivery) in [
            ("round robin", Delivery::round_robin()),
            ("least loaded", Delivery::least_loaded()),
            ("by key", Delivery::by_key(|number| *number)),
        ] {
            groups.push((name, pool(ctx, name, delivery, count, &handled).await?));
        }
        let all = pool(ctx, "all", Delivery::all(), count, &handled).await?;
        Ok(Self {
            handled,
            members,
            groups,
            all,
        })
    }

    /// Waits until so many messages have been handled. Returns the nanoseconds of each.
    async fn each(&self, begun: Instant, messages: usize) -> f64 {
        while self.handled.load(Ordering::Relaxed) < messages {
            tokio::task::yield_now().await;
        }
        self.handled.store(0, Ordering::Relaxed);
        begun.elapsed().as_nanos() as f64 / messages as f64
    }

    async fn by_hand(&self) -> Result<f64> {
        let begun = Instant::now();
        for message in 0..MESSAGES {
            self.members[message % self.members.len()].send(message as u64).await?;
        }
        Ok(self.each(begun, MESSAGES).await)
    }

    async fn by_group(&self, group: &GroupHandle<u64>) -> Result<f64> {
        let begun = Instant::now();
        for message in 0..MESSAGES {
            group.send(message as u64).await?;
        }
        Ok(self.each(begun, MESSAGES).await)
    }

    /// Sends to all members, by hand or by the group. The figure is that of one copy.
    async fn to_all(&self, by_hand: bool) -> Result<f64> {
        let count = self.members.len();
        let begun = Instant::now();
        for message in 0..MESSAGES / count {
            match by_hand {
                false => self.all.send(message as u64).await?,
                true => {
                    for member in &self.members {
                        member.send(message as u64).await?;
                    }
                }
            }
        }
        Ok(self.each(begun, MESSAGES / count * count).await)
    }
}

async fn pool(
    ctx: &Context,
    name: &str,
    delivery: Delivery<u64>,
    count: usize,
    handled: &Arc<AtomicUsize>,
) -> Result<GroupHandle<u64>> {
    let handled = handled.clone();
    let pool = Group::new(name, delivery).members(count, move |_| Sink(handled.clone()));
    pool.start(ctx).await
}

fn main() -> Result<()> {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok());
    let count: usize = count.expect("usage: groups <members>");
    let (ctx, mut executor) = NodeBuilder::new().current_thread().build()?;
    executor.execute(async move {
        let bench = Bench::start(&ctx, count).await?;
        let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); bench.groups.len() + 3];
        for _ in 0..ROUNDS {
            let mut figures = vec![bench.by_hand().await?];
            for (_, group) in &bench.groups {
                figures.push(bench.by_group(group).await?);
            }
            figures.extend([bench.to_all(true).await?, bench.to_all(false).await?]);
            for (round, figure) in rounds.iter_mut().zip(figures) {
                round.push(figure);
            }
        }
        let names = bench.groups.iter().map(|(name, _)| *name);
        let names = ["by hand"].into_iter().chain(names).chain(["all by hand", "all"]);
        for (place, name) in names.enumerate() {
            let beside = if name.starts_with("all") { rounds.len() - 2 } else { 0 };
            let ratios = rounds[place].iter().zip(&rounds[beside]).map(|(own, hand)| own / hand);
            let (each, ratio) = (median(rounds[place].clone()), median(ratios.collect()));
            println!("{name} {each:.0} ns, {ratio:.2}");
        }
        ctx.stop().await
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
