//! Measures how long it takes to find a worker by its address, beside a look-up in a plain
//! `HashMap`: `look_up <addresses>` prints nanoseconds for each.
//!
//! A look-up alone can't be called, so it is the difference of two sends. 64 workers, chosen at
//! random, are told a message by handle, which brings their mailboxes into the cache. Then they are
//! told another by address, and another by handle: what the former takes longer is the look-up, with
//! the registry as cold as so many addresses leave it.

use std::collections::HashMap;
use std::time::Instant;

use ockam::{Address, Context, NodeBuilder, Result, Worker, WorkerHandle};

const BATCH: usize = 64;
const BATCHES: usize = 2_000;

struct Sink;

impl Worker for Sink {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _: &mut Context, _: u64) -> Result<()> {
        Ok(())
    }
}

struct Crowd {
    names: Vec<String>,
    handles: Vec<WorkerHandle<u64>>,
    map: HashMap<Address, usize>,
}

impl Crowd {
    async fn start(ctx: &Context, workers: usize) -> Result<Self> {
        let names: Vec<_> = (0..workers)
            .map(|worker| format!("worker-{worker}"))
            .collect();
        let mut handles = Vec::with_capacity(workers);
        for name in &names {
            handles.push(ctx.start_worker(name, Sink).await?);
        }
        let addresses = names.iter().map(Address::from);
        let map = addresses.zip(0..).collect();
        Ok(Self {
            names,
            handles,
            map,
        })
    }

    /// Tells the chosen workers a message each, and looks them up in the map. Returns how long a
    /// look-up took in the registry and in the map, in nanoseconds.
    async fn tell(&self, ctx: &Context, chosen: &[usize]) -> Result<(f64, f64)> {
        let names: Vec<_> = chosen.iter().map(|&one| self.names[one].clone()).collect();
        let handles: Vec<_> = chosen
            .iter()
            .map(|&one| self.handles[one].clone())
            .collect();
        for handle in &handles {
            handle.send(1).await?;
        }
        let begun = Instant::now();
        for name in &names {
            ctx.send_message(name.as_str(), 2_u64).await?;
        }
        let by_address = begun.elapsed();
        let begun = Instant::now();
        for handle in &handles {
            handle.send(3).await?;
        }
        let by_handle = begun.elapsed();
        let begun = Instant::now();
        let found: usize = names
            .iter()
            .map(|name| self.map[&Address::from(name)])
            .sum();
        let in_map = begun.elapsed();
        assert_eq!(found, chosen.iter().sum(), "the map leads elsewhere");
        // The workers handle what they were told.
        tokio::task::yield_now().await;

        let each = |time: std::time::Duration| time.as_nanos() as f64 / BATCH as f64;
        Ok((each(by_address) - each(by_handle), each(in_map)))
    }
}

fn main() -> Result<()> {
    let workers = std::env::args().nth(1).and_then(|count| count.parse().ok());
    let workers: usize = workers.expect("usage: look_up <addresses>");
    let (ctx, mut executor) = NodeBuilder::new().current_thread().build()?;
    executor.execute(async move {
        let crowd = Crowd::start(&ctx, workers).await?;
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let (mut ours, mut map) = (Vec::new(), Vec::new());
        for _ in 0..BATCHES {
            let chosen: Vec<_> = (0..BATCH).map(|_| choose(&mut random, workers)).collect();
            let (in_registry, in_map) = crowd.tell(&ctx, &chosen).await?;
            ours.push(in_registry);
            map.push(in_map);
        }
        println!("registry {:.1}", median(ours));
        println!("map {:.1}", median(map));
        ctx.stop().await
    })
}

fn choose(random: &mut u64, among: usize) -> usize {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    (*random % among as u64) as usize
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
