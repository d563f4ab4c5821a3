//! Wakers that call into the node when they are woken or dropped.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use ockam::{Context, ErrorKind};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, soon};

use super::calls_back::{Callback, on_stage};

/// Polls a future with a waker that calls back.
fn poll<F: Future + ?Sized>(future: &mut Pin<Box<F>>, callback: &Arc<Callback>) -> Poll<F::Output> {
    let waker = Waker::from(callback.clone());
    future.as_mut().poll(&mut TaskContext::from_waker(&waker))
}

#[test]
fn a_sender_that_gets_its_turn_may_call_back() {
    on_stage(|stage| async move {
        let (worker, mut gate) = gated();
        let handle = stage.ctx.start_worker("worker", worker).await?;
        handle.try_send(1)?;
        assert_eq!(gate.next().await, Event::Begun(1));
        handle.try_send(2)?;
        let callback = stage.callback("worker");
        let mut waiting = Box::pin(handle.send(3));
        assert!(poll(&mut waiting, &callback).is_pending());
        gate.open(1);
        at_rest().await;
        assert_eq!(callback.calls(), 1);
        assert!(poll(&mut waiting, &callback).is_ready());
        Ok(())
    });
}

#[test]
fn a_sender_whose_receiver_ends_may_call_back() {
    on_stage(|stage| async move {
        for kill in [false, true] {
            stage.free("worker").await;
            let (worker, gate) = gated();
            let handle = stage.ctx.start_worker("worker", worker).await?;
            handle.try_send(1)?;
            at_rest().await;
            handle.try_send(2)?;
            let callback = stage.callback("worker");
            let mut waiting = Box::pin(handle.send(3));
            assert!(poll(&mut waiting, &callback).is_pending());
            gate.open_for_good();
            match kill {
                true => soon(stage.ctx.kill_worker("worker")).await?,
                false => soon(stage.ctx.stop_worker("worker")).await?,
            }
            assert!(callback.calls() > 0, "killed: {kill}");
            let Poll::Ready(sent) = poll(&mut waiting, &callback) else {
                panic!("it still waits");
            };
            assert_eq!(sent.unwrap_err().kind(), ErrorKind::Stopped);
        }
        Ok(())
    });
}

#[test]
fn a_sender_that_passes_its_place_on_wakes_one_that_may_call_back() {
    on_stage(|stage| async move {
        let mut inbox = stage.ctx.open("inbox")?;
        stage.ctx.try_send("inbox", 1_u64)?;
        let (first, second) = (stage.callback("inbox"), stage.callback("inbox"));
        let mut gives_up = Box::pin(stage.ctx.send_message("inbox", 2_u64));
        let mut waiting = Box::pin(stage.ctx.send_message("inbox", 3_u64));
        assert!(poll(&mut gives_up, &first).is_pending());
        assert!(poll(&mut waiting, &second).is_pending());
        assert_eq!(soon(inbox.receive::<u64>()).await?, 1);
        assert_eq!((first.calls(), second.calls()), (1, 0));
        drop(gives_up);
        assert_eq!((first.calls(), second.calls()), (1, 1));
        assert!(poll(&mut waiting, &second).is_ready());
        Ok(())
    });
}

#[test]
fn a_receiver_that_is_woken_may_call_back() {
    on_stage(|stage| async move {
        let callback = stage.callback("inbox");
        let mut inbox = stage.ctx.open("inbox")?;
        let mut receiving = Box::pin(inbox.receive::<u64>());
        assert!(poll(&mut receiving, &callback).is_pending());
        stage.ctx.try_send("inbox", 7_u64)?;
        assert_eq!(callback.calls(), 1);
        let Poll::Ready(received) = poll(&mut receiving, &callback) else {
            panic!("it still waits");
        };
        assert_eq!(received?, 7);
        Ok(())
    });
}

#[test]
fn a_receiver_whose_node_stops_may_call_back() {
    on_stage(|stage| async move {
        let callback = stage.callback("inbox");
        let mut inbox = stage.ctx.open("inbox")?;
        let mut receiving = Box::pin(inbox.receive::<u64>());
        assert!(poll(&mut receiving, &callback).is_pending());
        soon(stage.ctx.stop()).await?;
        assert!(callback.calls() > 0);
        assert!(poll(&mut receiving, &callback).is_ready());
        Ok(())
    });
}

#[test]
fn an_asker_that_gets_its_answer_may_call_back() {
    on_stage(|stage| async move {
        for answer in [true, false] {
            let callback = stage.callback("inbox");
            let mut inbox = stage.ctx.open("inbox")?;
            let mut asked = Box::pin(stage.ctx.ask::<u64>("inbox", 1_u64));
            assert!(poll(&mut asked, &callback).is_pending());
            let question = soon(inbox.receive::<u64>()).await?;
            if answer {
                inbox.try_send(question.return_route(), 2_u64)?;
            }
            drop(question);
            assert!(callback.calls() > 0, "answered: {answer}");
            let Poll::Ready(answered) = poll(&mut asked, &callback) else {
                panic!("it still waits");
            };
            assert_eq!(answered.is_ok(), answer);
        }
        Ok(())
    });
}

#[test]
fn an_asker_that_is_woken_may_answer_its_own_question() {
    on_stage(|stage| async move {
        let callback = stage.callback("inbox");
        let mut inbox = stage.ctx.open("inbox")?;
        let mut asked = Box::pin(stage.ctx.ask::<u64>("inbox", 1_u64));
        assert!(poll(&mut asked, &callback).is_pending());
        let question = soon(inbox.receive::<u64>()).await?;
        let (sender, route) = (inbox.sender(), question.return_route().clone());
        callback.also(move || {
            let answered = sender.try_send(&route, 3_u64);
            assert_eq!(answered.unwrap_err().kind(), ErrorKind::NoRoute);
        });
        inbox.try_send(question.return_route(), 2_u64)?;
        assert_eq!(callback.calls(), 1);
        assert!(matches!(poll(&mut asked, &callback), Poll::Ready(Ok(2))));
        Ok(())
    });
}

#[test]
fn those_who_wait_for_an_end_may_call_back() {
    on_stage(|stage| async move {
        let (worker, gate) = gated();
        let handle = stage.ctx.start_worker("worker", worker).await?;
        handle.try_send(1)?;
        at_rest().await;
        let (first, second) = (stage.callback("worker"), stage.callback("worker"));
        let mut stop = Box::pin(handle.stop());
        let mut node_stop = Box::pin(stage.ctx.stop());
        assert!(poll(&mut stop, &first).is_pending());
        assert!(poll(&mut node_stop, &second).is_pending());
        gate.open_for_good();
        at_rest().await;
        assert!(first.calls() > 0 && second.calls() > 0);
        assert!(poll(&mut stop, &first).is_ready());
        assert!(poll(&mut node_stop, &second).is_ready());
        Ok(())
    });
}

/// Drops a value that holds the last clone of a waker, which then calls into the node.
#[test]
fn the_last_clone_of_a_waker_may_call_back_when_it_is_dropped() {
    on_stage(|stage| async move {
        let ctx = &stage.ctx;
        for other_waker in [false, true] {
            // The alarm of the previous inbox had a waker, too.
            stage.free("inbox").await;
            // The waker is in the mailbox, as that of the receiver, and in the alarm.
            let mut inbox = ctx.open("inbox")?;
            let mut receiving = Box::pin(inbox.receive::<u64>());
            assert!(poll(&mut receiving, &stage.callback("inbox")).is_pending());
            if other_waker {
                assert!(poll(&mut receiving, &stage.callback("inbox")).is_pending());
            }
            drop(receiving);
            // There is no room if the waker sent a message when it was dropped.
            let _ = ctx.try_send("inbox", 1_u64);
            emptied(&mut inbox).await;
            // The waker is in the wait queue of the mailbox.
            ctx.try_send("inbox", 1_u64)?;
            let mut waiting = Box::pin(ctx.send_message("inbox", 2_u64));
            assert!(poll(&mut waiting, &stage.callback("inbox")).is_pending());
            if other_waker {
                assert!(poll(&mut waiting, &stage.callback("inbox")).is_pending());
            }
            drop(waiting);
            emptied(&mut inbox).await;
            // The waker is in the slot of an answer.
            let mut asked = Box::pin(ctx.ask::<u64>("inbox", 1_u64));
            assert!(poll(&mut asked, &stage.callback("inbox")).is_pending());
            if other_waker {
                assert!(poll(&mut asked, &stage.callback("inbox")).is_pending());
            }
            drop(asked);
            emptied(&mut inbox).await;
        }
        Ok(())
    });
}

/// Receives all queued messages, also those from wakers. The last receive, which finds no message, may
/// drop the last waker.
async fn emptied(inbox: &mut Context) {
    for _ in 0..2 {
        while inbox.receive_timeout::<u64>(Duration::ZERO).await.is_ok() {}
    }
}
