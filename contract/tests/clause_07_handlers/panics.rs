//! A handler that panics.

use ockam::{Context, ErrorKind, Result, Routed, Worker};
use tokio::sync::mpsc::unbounded_channel;

use super::nervous::{Do, Nervous, start};

#[ockam::test]
async fn the_asker_is_told_and_the_address_is_free_by_then(ctx: Context) -> Result<()> {
    for panic in [Do::Panic, Do::PanicWithoutText] {
        for address in ["nervous", "alias"] {
            let (_, mut seen) = start(&ctx).await?;
            let error = ctx.ask::<()>(address, panic).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Panicked);
            assert!(
                error.to_string().contains(&format!("0#{address}")),
                "{error}"
            );
            assert!(ctx.list_workers().is_empty());
            assert_eq!(seen.recv().await, Some("handling"));
            assert_eq!(seen.recv().await, None, "it is not shut down, and dropped");
        }
    }
    assert_eq!(
        ctx.dead_letters(),
        0,
        "the message that it panicked with was begun"
    );
    Ok(())
}

#[ockam::test(worker_threads = 2)]
async fn the_node_and_its_other_workers_live(ctx: Context) -> Result<()> {
    let (other, _seen) = unbounded_channel();
    let other = ctx.start_worker("other", Nervous(other)).await?;
    for _ in 0..100 {
        let (nervous, _seen) = start(&ctx).await?;
        nervous.ask::<()>(Do::Answer).await?;
        assert!(nervous.ask::<()>(Do::Panic).await.is_err());
        other.ask::<()>(Do::Answer).await?;
    }
    Ok(())
}

#[ockam::test(allow(failures))]
async fn an_answer_ahead_of_the_panic_counts(ctx: Context) -> Result<()> {
    let (nervous, _seen) = start(&ctx).await?;
    nervous.ask::<()>(Do::PanicBehindAnswer).await?;
    Ok(())
}

/// Panics before its handler returns a future.
struct Abrupt;

impl Worker for Abrupt {
    type Message = bool;
    type Context = Context;

    fn handle_routed(
        &mut self,
        _ctx: &mut Context,
        msg: Routed<bool>,
    ) -> impl Future<Output = Result<()>> + Send {
        assert!(*msg, "not even a future");
        async { Ok(()) }
    }
}

#[ockam::test]
async fn a_panic_before_the_future_of_the_handler_is_one_too(ctx: Context) -> Result<()> {
    let abrupt = ctx.start_worker("abrupt", Abrupt).await?;
    assert_eq!(
        abrupt.ask::<()>(true).await.unwrap_err().kind(),
        ErrorKind::NoReply
    );
    assert_eq!(
        abrupt.ask::<()>(false).await.unwrap_err().kind(),
        ErrorKind::Panicked
    );
    ctx.start_worker("abrupt", Abrupt).await?;
    Ok(())
}
