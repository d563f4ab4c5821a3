//! What comes from elsewhere arrives as messages: items of a stream, the result of slow or blocking work.
//!
//! Prints:
//!     item 1
//!     item 2
//!     work done: 5050
//!     work failed: it panicked: no such file
use std::time::Duration;

use ockam::{async_worker, Context, Result, Worker};
use serde::{Deserialize, Serialize};
use tokio_stream::StreamExt;

#[derive(Serialize, Deserialize)]
enum Event {
    Item(u64),
    Done(u64),
    Failed(String),
}

fn done(sum: Result<u64>) -> Event {
    match sum {
        Ok(sum) => Event::Done(sum),
        Err(error) => Event::Failed(error.to_string()),
    }
}

struct Collector {
    left: u64,
}

#[async_worker]
impl Worker for Collector {
    type Message = Event;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        // In order; polled only while the mailbox has room; dropped with the worker.
        let numbers = tokio_stream::iter([1, 2]).throttle(Duration::from_millis(5));
        ctx.attach_stream(numbers.map(Event::Item))?;
        // Work that may fail: a future, or a call that blocks its thread. The handler doesn't wait for either.
        ctx.pipe(async { Ok((1..=100).sum()) }, done)?;
        ctx.pipe_blocking(|| panic!("no such file"), done)
    }

    async fn handle_message(&mut self, ctx: &mut Context, event: Event) -> Result<()> {
        let line = match event {
            Event::Item(number) => format!("item {number}"),
            Event::Done(sum) => format!("work done: {sum}"),
            Event::Failed(why) => format!("work failed: {why}"),
        };
        ctx.send_message("app", line).await?;
        self.left -= 1;
        if self.left == 0 {
            ctx.stop_worker(ctx.address()).await
        } else {
            Ok(())
        }
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("collector", Collector { left: 4 }).await?;
    let mut lines = Vec::new();
    for _ in 0..4 {
        lines.push(ctx.receive::<String>().await?.into_body());
    }
    lines.sort();
    println!("{}", lines.join("\n"));
    ctx.stop().await
}
