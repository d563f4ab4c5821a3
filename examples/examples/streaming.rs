//! An answer of many parts: progress, search results, tokens of a language model. It crosses nodes, with
//! backpressure, and ends when either side has had enough.
//!
//! Prints:
//!     0 % 25 % 50 % 75 % 100 %
//!     done
//!     had enough: 0 1 2
//!     the worker noticed
use std::time::Duration;

use ockam::{protocol, Context, Result};
use tokio_stream::{Stream, StreamExt};

#[protocol]
pub trait Jobs {
    fn build(&mut self, ctx: &mut Context, parts: u64) -> impl Stream<Item = u64> + Send + 'static;
    fn count(&mut self, ctx: &mut Context) -> impl Stream<Item = u64> + Send + 'static;
}

struct Works;

struct Noticed(ockam::Sender);

impl Drop for Noticed {
    fn drop(&mut self) {
        let _ = self.0.try_send("app", "the worker noticed".to_string());
    }
}

impl Jobs for Works {
    fn build(
        &mut self,
        _ctx: &mut Context,
        parts: u64,
    ) -> impl Stream<Item = u64> + Send + 'static {
        tokio_stream::iter(0..=parts).map(move |part| 100 * part / parts)
    }

    fn count(&mut self, ctx: &mut Context) -> impl Stream<Item = u64> + Send + 'static {
        // The stream is dropped when the client drops its end, also when that is on another node.
        let noticed = Noticed(ctx.sender());
        tokio_stream::iter(0..)
            .throttle(Duration::from_millis(1))
            .map(move |number| {
                let _keep = &noticed;
                number
            })
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("works", JobsWorker(Works)).await?;
    let jobs = JobsClient::new(&ctx, "works");

    let mut progress = jobs.build(4).await?;
    let mut line = Vec::new();
    while let Some(percent) = progress.next().await {
        // Each part is a `Result`: what ends a stream early is told as its last part.
        line.push(format!("{} %", percent?));
    }
    println!("{}\ndone", line.join(" "));

    let mut numbers = jobs.count().await?;
    let mut line = Vec::new();
    for _ in 0..3 {
        line.extend(numbers.next().await.transpose()?.map(|number| number.to_string()));
    }
    println!("had enough: {}", line.join(" "));
    drop(numbers);
    println!("{}", ctx.receive::<String>().await?);
    ctx.stop().await
}
