//! The lifecycle of each node.

use ockam::{Context, ErrorKind, LocalOnly, Result, Worker, WorkerHandle};
use ockam_contract::gated::gated;
use ockam_contract::pace::poll_once;

/// Answers, panics at zero, and holds handles of itself and of others.
struct Echoer {
    _known: Vec<WorkerHandle<u64>>,
}

impl Worker for Echoer {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        if msg == 0 {
            std::panic::panic_any("on purpose");
        }
        ctx.reply(msg).await
    }
}

/// Uses a node in all ways that could leak something, and stops it.
pub(crate) async fn live(mut ctx: Context) -> Result<()> {
    let first = ctx.start_worker("first", Echoer { _known: vec![] }).await?;
    let others = Echoer {
        _known: vec![first.clone()],
    };
    let second = ctx.start_worker(["second", "alias"], others).await?;
    assert_eq!(first.ask::<u64>(1).await?, 1);
    assert_eq!(ctx.ask::<u64>("alias", 2_u64).await?, 2);
    ctx.send_message("second", 3_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 3);

    // A panic, a stopped worker, a killed worker, and a dropped start.
    assert_eq!(
        second.ask::<u64>(0).await.unwrap_err().kind(),
        ErrorKind::Panicked
    );
    first.stop().await?;
    let killed = ctx.start_worker("killed", gated().0).await?;
    killed.send(1).await?;
    ctx.kill_worker("killed").await?;
    drop(Box::pin(ctx.start_worker("dropped", gated().0)));

    // Left at the end: queued messages, an open ask, a mailbox, a task.
    ctx.send_message("app", "left".to_string()).await?;
    let inbox = ctx.open("inbox")?;
    ctx.send_message("inbox", LocalOnly(killed)).await?;
    let (sender, waiting) = (ctx.sender(), ctx.sender());
    let mut asked = Box::pin(sender.ask::<u64>("inbox", 4_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    let task = tokio::spawn(async move { waiting.ask::<u64>("app", 5_u64).await });
    ctx.start_worker(
        "last",
        Echoer {
            _known: vec![second],
        },
    )
    .await?;
    ctx.stop().await?;
    drop((asked, inbox, ctx));
    assert!(task.await.is_ok_and(|asked| asked.is_err()));
    Ok(())
}
