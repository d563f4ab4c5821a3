//! Simulated time costs nothing while everything waits.

use std::time::{Duration, Instant};

use ockam::__private::Outcome;
use ockam::{Context, Result, Worker, async_worker};

use crate::planted::run;

/// Waits ten minutes with each message.
struct Sleeper;

#[async_worker]
impl Worker for Sleeper {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        tokio::time::sleep(Duration::from_secs(600)).await;
        ctx.reply(()).await
    }
}

async fn an_hour(ctx: Context) -> Result<()> {
    ctx.start_worker("sleeper", Sleeper).await?;
    let begin = tokio::time::Instant::now();
    for _ in 0..6 {
        ctx.ask_timeout::<()>("sleeper", (), Duration::from_secs(3_600))
            .await?;
    }
    assert!(begin.elapsed() >= Duration::from_secs(3_600));
    Ok(())
}

#[test]
fn an_hour_takes_less_than_a_thousandth_of_it() {
    const RUNS: u32 = 20;
    let begin = Instant::now();
    let found = run().find(0..RUNS.into(), |ctx| async {
        Outcome::of(an_hour(ctx)).await.ended()
    });
    let real = begin.elapsed();
    assert_eq!(found, None);
    let ratio = (RUNS * Duration::from_secs(3_600)).as_secs_f64() / real.as_secs_f64();
    println!("simulated to real time: {ratio:.0}");
    assert!(ratio >= 1_000.0, "{ratio}");
}
