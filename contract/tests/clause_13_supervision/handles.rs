use ockam::{Context, Down, DownReason, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::pace::soon;

use super::{PANIC, notes};

#[tokio::test(start_paused = true)]
async fn handles_and_monitors_reach_each_incarnation() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let fragile = notes.fragile("fragile").start(&ctx).await?;
    let first = ctx.inspect_worker("fragile")?.incarnation;
    ctx.monitor("fragile")?.with_restarts();
    ctx.monitor("fragile")?;
    fragile.send(PANIC).await?;
    let down = soon(ctx.receive::<Down>()).await?;
    let reason = DownReason::Restarted("panicked: on purpose".to_string());
    assert_eq!((down.reason(), down.incarnation()), (&reason, first));
    assert_eq!(fragile.ask::<u64>(1).await?, 1);
    soon(fragile.stop()).await?;
    for _ in 0..2 {
        let down = soon(ctx.receive::<Down>()).await?;
        assert_eq!(down.reason(), &DownReason::Stopped);
        assert_ne!(down.incarnation(), first);
    }
    Ok(())
}

/// Answers with its number.
struct Numbered(u64);

impl Worker for Numbered {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: u64) -> Result<()> {
        ctx.reply(self.0).await
    }
}

/// Takes another type of message.
struct Texts;

impl Worker for Texts {
    type Message = String;
    type Context = Context;
}

#[tokio::test(start_paused = true)]
async fn a_handle_sends_to_the_next_worker_of_its_type_but_never_stops_it() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let old = ctx.start_worker("worker", Numbered(1)).await?;
    ctx.stop_worker("worker").await?;
    assert_eq!(old.send(7).await.unwrap_err().kind(), ErrorKind::Stopped);
    soon(old.stop()).await?;

    ctx.start_worker("worker", Texts).await?;
    assert_eq!(
        old.try_send(7).unwrap_err().kind(),
        ErrorKind::Stopped,
        "another type"
    );
    ctx.kill_worker("worker").await?;

    ctx.start_worker("worker", Numbered(2)).await?;
    assert_eq!(old.ask::<u64>(7).await?, 2);
    old.send(7).await?;
    old.try_send(7)?;
    let refused = old.stop().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UnknownAddress);
    assert_eq!(ctx.ask::<u64>("worker", 7_u64).await?, 2, "it lives");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_handle_waits_for_room_at_the_next_worker() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let old = ctx.start_worker("worker", Numbered(1)).await?;
    ctx.stop_worker("worker").await?;
    let next = ockam::WorkerBuilder::new("worker", Numbered(2)).mailbox_capacity(1);
    next.start(&ctx).await?;
    old.try_send(1)?;
    assert_eq!(old.try_send(2).unwrap_err().kind(), ErrorKind::MailboxFull);
    soon(old.send(2)).await?;
    assert_eq!(soon(old.ask::<u64>(3)).await?, 2);
    Ok(())
}
