//! The memory of a burst goes back when it has been handled.

use ockam::{Context, LocalOnly, NodeBuilder, Result, Worker};
use tokio::runtime::Builder;

use crate::count::alone;

const WORKERS: usize = 500;
const BURST: u64 = 1_000;

/// A message of 256 bytes, which is moved from mailbox to mailbox.
type Large = LocalOnly<[u64; 32]>;

fn large(number: u64) -> Large {
    LocalOnly([number; 32])
}

/// What all mailboxes keep for the next burst, 16 MiB, and what each of them keeps.
const KEPT_BYTES: usize = (16 * 1024 + WORKERS * 32) * 1024;

/// Answers the last message of a burst.
struct Counts(u64);

impl Worker for Counts {
    type Message = Large;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Large) -> Result<()> {
        self.0 += 1;
        match msg.0[0] {
            0 => ctx.reply(self.0).await,
            _ => Ok(()),
        }
    }
}

#[test]
fn workers_that_have_handled_a_burst_keep_little_of_its_memory() -> Result<()> {
    let _alone = alone();
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let _profiler = dhat::Profiler::builder().testing().build();
    runtime.block_on(async {
        let ctx = NodeBuilder::new().start().await?;
        let mut workers = Vec::new();
        for number in 0..WORKERS {
            workers.push(ctx.start_worker(format!("w{number}"), Counts(0)).await?);
        }
        let before = dhat::HeapStats::get().curr_bytes;
        for worker in &workers {
            for number in 1..BURST {
                worker.try_send(large(number))?;
            }
        }
        let full = dhat::HeapStats::get().curr_bytes - before;
        for worker in &workers {
            assert_eq!(worker.ask::<u64>(large(0)).await?, BURST);
        }
        let kept = dhat::HeapStats::get().curr_bytes - before;
        assert!(full > KEPT_BYTES, "the burst took only {full} bytes");
        assert!(kept < KEPT_BYTES, "{kept} of {full} bytes are kept");
        ctx.stop().await
    })
}
