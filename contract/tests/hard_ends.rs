//! Workers that are stopped, killed and asked, and whose starts are given up, at the moment at which they
//! start, on several threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam::{Context, ErrorKind, NodeBuilder, Result, Sender, Worker, async_worker};
use ockam_contract::hush::hush;
use ockam_contract::pace::soon;
use tokio::task::yield_now;

const ROUNDS: u64 = 3_000;

/// Takes some turns to start, and to answer. It counts when it is dropped.
struct Brief {
    turns: u64,
    dropped: Arc<AtomicU64>,
}

#[async_worker]
impl Worker for Brief {
    type Message = u64;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        turns(self.turns).await;
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        turns(self.turns).await;
        ctx.reply(msg).await
    }
}

impl Drop for Brief {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

async fn turns(count: u64) {
    for _ in 0..count {
        yield_now().await;
    }
}

/// Asks the worker, which may come to an end at any time.
async fn ask(sender: Sender, wait: u64) {
    turns(wait).await;
    let kinds = [
        ErrorKind::UnknownAddress,
        ErrorKind::Stopped,
        ErrorKind::NoReply,
    ];
    match soon(sender.ask::<u64>("brief", 7_u64)).await {
        Ok(answer) => assert_eq!(answer, 7),
        Err(error) => assert!(kinds.contains(&error.kind()), "{error:?}"),
    }
}

/// Ends the worker, if it is there.
async fn end(ctx: &Context, kill: bool, wait: u64) {
    turns(wait).await;
    let ended = match kill {
        true => soon(ctx.kill_worker("brief")).await,
        false => soon(ctx.stop_worker("brief")).await,
    };
    if let Err(error) = ended {
        assert_eq!(error.kind(), ErrorKind::UnknownAddress, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_worker_that_ends_as_it_starts_leaves_nothing_behind() -> Result<()> {
    hush();
    let ctx = Arc::new(NodeBuilder::new().start().await?);
    let dropped = Arc::new(AtomicU64::new(0));
    for round in 0..ROUNDS {
        let (fast, slow) = (round % 3, round / 3 % 5);
        let worker = Brief {
            turns: fast,
            dropped: dropped.clone(),
        };
        let starter = ctx.clone();
        let starting = tokio::spawn(async move {
            tokio::select! {
                biased;
                () = turns(1 + round % 7), if round % 4 == 3 => {}
                started = starter.start_worker("brief", worker) => {
                    if let Err(error) = started {
                        assert_eq!(error.kind(), ErrorKind::Stopped, "{error}");
                    }
                }
            }
        });
        let asking = tokio::spawn(ask(ctx.sender(), fast));
        let ender = ctx.clone();
        let ending = tokio::spawn(async move { end(&ender, round % 2 == 0, slow).await });
        for task in [starting, asking, ending] {
            soon(task).await?;
        }
        end(&ctx, round % 2 == 1, 0).await;
        assert_eq!(ctx.list_workers().len(), 0);
        assert_eq!(dropped.load(Ordering::Relaxed), round + 1);
    }
    soon(ctx.stop()).await
}
