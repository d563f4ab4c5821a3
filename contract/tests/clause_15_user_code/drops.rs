//! `Drop` of messages, answers and workers.

use std::sync::Arc;
use std::time::Duration;

use ockam::{Any, Context, ErrorKind, Result, Worker, WorkerBuilder};
use ockam_contract::pace::{at_rest, poll_once, soon};

use super::calls_back::{Bomb, Callback, Stage, on_stage};

/// Takes bombs, and never finishes the first one.
struct Stuck;

impl Worker for Stuck {
    type Message = Bomb;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: Bomb) -> Result<()> {
        std::future::pending().await
    }
}

/// Fills the mailbox of a stuck worker with bombs: one in its handler, the others queued.
async fn armed(stage: &Stage, queued: usize) -> Result<Arc<Callback>> {
    stage.free("stuck").await;
    let callback = stage.callback("stuck");
    let worker = WorkerBuilder::new("stuck", Stuck).mailbox_capacity(queued + 1);
    let handle = worker.start(&stage.ctx).await?;
    for _ in 0..=queued {
        handle.try_send(Bomb(callback.clone()))?;
    }
    at_rest().await;
    assert_eq!(callback.calls(), 0);
    Ok(callback)
}

#[test]
fn messages_that_are_dropped_with_their_worker_may_call_back() {
    on_stage(|stage| async move {
        let callback = armed(&stage, 3).await?;
        soon(stage.ctx.kill_worker("stuck")).await?;
        assert_eq!(callback.calls(), 4);
        Ok(())
    });
}

#[test]
fn messages_that_are_dropped_in_a_mailbox_may_send_to_it_by_handle() {
    on_stage(|stage| async move {
        let callback = stage.callback("stuck");
        let handle = stage.ctx.start_worker("stuck", Stuck).await?;
        let (by_handle, another) = (handle.clone(), stage.callback("nobody"));
        callback.also(move || {
            let sent = by_handle.try_send(Bomb(another.clone()));
            assert_eq!(sent.unwrap_err().kind(), ErrorKind::Stopped);
        });
        handle.try_send(Bomb(callback.clone()))?;
        // The worker has not taken a message yet.
        soon(stage.ctx.kill_worker("stuck")).await?;
        assert_eq!(callback.calls(), 1);
        Ok(())
    });
}

#[test]
fn messages_that_are_dropped_at_the_deadline_of_a_stop_may_call_back() {
    on_stage(|stage| async move {
        let callback = armed(&stage, 3).await?;
        assert!(soon(stage.ctx.stop_worker("stuck")).await.is_err());
        assert_eq!(callback.calls(), 4);

        let callback = armed(&stage, 3).await?;
        soon(stage.ctx.stop()).await?;
        assert_eq!(callback.calls(), 4);
        Ok(())
    });
}

#[test]
fn messages_that_are_dropped_with_their_mailbox_may_call_back() {
    on_stage(|stage| async move {
        let callback = stage.callback("inbox");
        let inbox = stage.ctx.open("inbox")?;
        stage.ctx.try_send("inbox", Bomb(callback.clone()))?;
        drop(inbox);
        assert_eq!(callback.calls(), 1);
        Ok(())
    });
}

/// Its `initialize` fails when the test lets it.
struct Fails(Arc<tokio::sync::Notify>);

impl Worker for Fails {
    type Message = Bomb;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        self.0.notified().await;
        Err(ockam::Error::new(ErrorKind::Other, "it fails on purpose"))
    }
}

#[test]
fn messages_that_are_dropped_with_a_failed_or_dropped_start_may_call_back() {
    on_stage(|stage| async move {
        for dropped in [false, true] {
            stage.free("fails").await;
            let callback = stage.callback("fails");
            let fail = Arc::new(tokio::sync::Notify::new());
            let mut start = Box::pin(stage.ctx.start_worker("fails", Fails(fail.clone())));
            assert!(poll_once(&mut start).await.is_pending());
            stage.ctx.try_send("fails", Bomb(callback.clone()))?;
            fail.notify_one();
            if dropped {
                drop(start);
            } else {
                assert!(soon(start).await.is_err());
            }
            assert_eq!(callback.calls(), 1, "the start was dropped: {dropped}");
        }
        Ok(())
    });
}

#[test]
fn messages_that_are_given_back_may_call_back_when_they_are_dropped() {
    on_stage(|stage| async move {
        let callback = armed(&stage, 0).await?;
        let ctx = &stage.ctx;
        let bomb = || Bomb(callback.clone());
        ctx.try_send("stuck", bomb())?;
        drop(ctx.try_send("stuck", bomb()));
        drop(ctx.send_message("nobody", bomb()).await);
        drop(ctx.ask::<u64>("nobody", bomb()).await);
        drop(
            ctx.try_send("app", Any::new(bomb()))
                .and_then(|()| ctx.try_send("app", bomb())),
        );
        assert_eq!(callback.calls(), 4);
        // Two senders wait for room. One gives up, the other one gets an error.
        let mut waiting = Box::pin(ctx.send_message("stuck", bomb()));
        assert!(poll_once(&mut waiting).await.is_pending());
        drop(waiting);
        assert_eq!(callback.calls(), 5);
        let told = soon(ctx.send_message("stuck", bomb())).await;
        assert_eq!(told.unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(callback.calls(), 6);
        Ok(())
    });
}

#[test]
fn a_message_of_the_wrong_type_may_call_back_when_it_is_dropped() {
    on_stage(|stage| async move {
        let callback = stage.callback("idle");
        stage
            .ctx
            .start_worker("idle", Answers(stage.callback("nobody")))
            .await?;
        let sent = stage.ctx.try_send("idle", Bomb(callback.clone()));
        assert_eq!(sent.unwrap_err().kind(), ErrorKind::WrongType);
        assert_eq!(callback.calls(), 1);
        Ok(())
    });
}

/// Answers with bombs.
struct Answers(Arc<Callback>);

impl Worker for Answers {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        if msg > 0 {
            drop(ctx.reply(Bomb(self.0.clone())).await);
        }
        Ok(())
    }
}

#[test]
fn answers_that_nobody_takes_may_call_back_when_they_are_dropped() {
    on_stage(|stage| async move {
        let callback = stage.callback("answers");
        stage
            .ctx
            .start_worker("answers", Answers(callback.clone()))
            .await?;
        let ask = || Box::pin(stage.ctx.ask::<Bomb>("answers", 1_u64));
        // The ask is dropped before the answer comes, and after it.
        let mut asked = ask();
        assert!(poll_once(&mut asked).await.is_pending());
        drop(asked);
        at_rest().await;
        assert_eq!(callback.calls(), 1);
        let mut asked = ask();
        assert!(poll_once(&mut asked).await.is_pending());
        at_rest().await;
        drop(asked);
        assert_eq!(callback.calls(), 2);
        // The answer is of another type than the asker waits for.
        let asked = soon(stage.ctx.ask::<String>("answers", 1_u64)).await;
        assert!(asked.is_err());
        assert_eq!(callback.calls(), 3);
        Ok(())
    });
}

/// Calls back when it is dropped.
struct Fragile(Bomb);

impl Worker for Fragile {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        assert_eq!(self.0.0.calls(), 0);
        Ok(())
    }

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        panic!("it panics on purpose")
    }
}

#[test]
fn a_worker_may_call_back_when_it_is_dropped_however_it_ends() {
    on_stage(|stage| async move {
        let ctx = &stage.ctx;
        for way in ["stop", "kill", "panic", "refused"] {
            stage.free("fragile").await;
            let callback = stage.callback("fragile");
            ctx.start_worker("fragile", Fragile(Bomb(callback.clone())))
                .await?;
            match way {
                "stop" => soon(ctx.stop_worker("fragile")).await?,
                "kill" => soon(ctx.kill_worker("fragile")).await?,
                "panic" => assert!(soon(ctx.ask::<u64>("fragile", 1_u64)).await.is_err()),
                _ => {
                    let another = stage.callback("fragile");
                    let refused = Fragile(Bomb(another.clone()));
                    assert!(ctx.start_worker("fragile", refused).await.is_err());
                    assert_eq!((another.calls(), callback.calls()), (1, 0));
                    continue;
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(callback.calls(), 1, "{way}");
        }
        Ok(())
    });
}
