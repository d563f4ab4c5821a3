//! Ten thousand workers that fail within a second: a line for each kind, and not for each worker.

use std::time::Duration;

use ockam::{Context, NodeBuilder, Restart, Result, Supervisor, Worker, WorkerBuilder};
use tracing::Level;

use crate::event_log::record;

const WORKERS: u64 = 10_000;

/// Panics with each message.
struct Fragile;

impl Worker for Fragile {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        std::panic::panic_any("on purpose")
    }
}

/// The test harness would store twenty thousand of them.
fn keep_panics_off_stderr() {
    let say = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload().downcast_ref() != Some(&"on purpose") {
            say(panic);
        }
    }));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_that_fail_are_a_line_for_each_kind() -> Result<()> {
    keep_panics_off_stderr();
    let (log, _guard) = record(Level::WARN);
    let ctx = NodeBuilder::new().start().await?;
    let sessions = Supervisor::one_for_one("sessions").start(&ctx).await?;
    let once = Restart::on_failure().at_most(1, Duration::from_secs(3_600));
    let mut workers = Vec::new();
    for number in 0..WORKERS {
        let worker = WorkerBuilder::from_fn(format!("session {number}"), || Fragile);
        workers.push(
            sessions
                .start_child(&ctx, worker.restart(once.clone()))
                .await?,
        );
    }
    for kind in [
        "panicked: on purpose; it is started again",
        "gave up: panicked: on purpose",
    ] {
        for worker in &workers {
            worker.try_send(1)?;
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
        let lines: Vec<_> = log
            .of_the_node()
            .iter()
            .map(|it| it.message().to_owned())
            .collect();
        let [first, others] = &lines[..] else {
            panic!(
                "two lines, not {}: {:?}",
                lines.len(),
                &lines[..lines.len().min(5)]
            );
        };
        assert!(first.starts_with(kind), "{first}");
        assert_eq!(others, &format!("{} more workers: {kind}", WORKERS - 1));
    }
    assert_eq!(ctx.list_workers().len(), 1, "the supervisor");
    Ok(())
}
