//! A caller that would wait for itself gets an error at once. If it waits through a task, the deadline
//! ends the wait.

use std::time::Duration;

use ockam::{Context, Error, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::pace::soon;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

/// The way in which a worker sends to itself.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Way {
    Send,
    SendToSecondAddress,
    Ask,
    AskSecondAddress,
    SendThroughSender,
    AskThroughSender,
    Nothing,
}

impl ockam::Message for Way {}

/// Sends to itself, and reports the result.
struct Narcissus {
    told: UnboundedSender<(Error, Duration)>,
    fill: bool,
}

impl Worker for Narcissus {
    type Message = Way;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, way: Way) -> Result<()> {
        let fill = self.fill && way != Way::Nothing;
        while fill && ctx.try_send("self", Way::Nothing).is_ok() {}
        let before = Instant::now();
        let failed = match way {
            Way::Send => ctx.send_message("self", Way::Nothing).await,
            Way::SendToSecondAddress => ctx.send_message("alias", Way::Nothing).await,
            Way::Ask => ctx.ask::<u64>("self", Way::Nothing).await.map(|_| ()),
            Way::AskSecondAddress => ctx.ask::<u64>("alias", Way::Nothing).await.map(|_| ()),
            Way::SendThroughSender => ctx.sender().send_message("self", Way::Nothing).await,
            Way::AskThroughSender => {
                let asked = ctx.sender().ask::<u64>("self", Way::Nothing).await;
                asked.map(|_| ())
            }
            Way::Nothing => Ok(()),
        };
        if let Err(error) = failed {
            let _ = self.told.send((error, before.elapsed()));
        }
        Ok(())
    }
}

type Tells = UnboundedReceiver<(Error, Duration)>;

async fn narcissus(ctx: &Context, fill: bool) -> Result<Tells> {
    let (told, tells) = unbounded_channel();
    ctx.start_worker(["self", "alias"], Narcissus { told, fill })
        .await?;
    Ok(tells)
}

/// Returns the kind of the error, the message that was given back, and the seconds it took.
async fn outcome(tells: &mut Tells) -> (ErrorKind, Option<Way>, u64) {
    let (mut error, took) = soon(tells.recv()).await.expect("the worker tells");
    (error.kind(), error.take::<Way>(), took.as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_sends_to_its_own_full_mailbox_gets_the_message_back_at_once() -> Result<()> {
    for way in [Way::Send, Way::SendToSecondAddress] {
        let ctx = NodeBuilder::new().mailbox_capacity(2).start().await?;
        let mut tells = narcissus(&ctx, true).await?;
        ctx.send_message("self", way).await?;
        let expected = (ErrorKind::MailboxFull, Some(Way::Nothing), 0);
        assert_eq!(outcome(&mut tells).await, expected, "{way:?}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_asks_itself_gets_the_question_back_at_once_full_or_not() -> Result<()> {
    for (way, full) in [
        (Way::Ask, true),
        (Way::Ask, false),
        (Way::AskSecondAddress, true),
        (Way::AskSecondAddress, false),
    ] {
        let ctx = NodeBuilder::new().mailbox_capacity(2).start().await?;
        let mut tells = narcissus(&ctx, full).await?;
        ctx.send_message("self", way).await?;
        let expected = (ErrorKind::NoReply, Some(Way::Nothing), 0);
        assert_eq!(outcome(&mut tells).await, expected, "{way:?}, full: {full}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_for_room_at_itself_through_a_sender_waits_for_the_deadline()
-> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(2).start().await?;
    let mut tells = narcissus(&ctx, true).await?;
    ctx.send_message("self", Way::SendThroughSender).await?;
    let expected = (ErrorKind::TimedOut, Some(Way::Nothing), 30);
    assert_eq!(outcome(&mut tells).await, expected);
    Ok(())
}

/// It is the smallest circle of asks: see clause 21.
#[tokio::test(start_paused = true)]
async fn a_worker_that_asks_itself_through_a_sender_gets_the_question_back_at_once() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(2).start().await?;
    let mut tells = narcissus(&ctx, false).await?;
    ctx.send_message("self", Way::AskThroughSender).await?;
    let expected = (ErrorKind::NoReply, Some(Way::Nothing), 0);
    assert_eq!(outcome(&mut tells).await, expected);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn contexts_that_receive_by_themselves_do_not_wait_for_themselves_either() -> Result<()> {
    let app = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let inbox = app.open("inbox")?;
    let before = Instant::now();
    for ctx in [&app, &inbox] {
        let own = ctx.address();
        let mut asked = soon(ctx.ask::<u64>(own, 2_u64)).await.unwrap_err();
        assert_eq!(
            (asked.kind(), asked.take::<u64>()),
            (ErrorKind::NoReply, Some(2))
        );
        ctx.send_message(own, 1_u64).await?;
        let mut sent = soon(ctx.send_message(own, 2_u64)).await.unwrap_err();
        assert_eq!(
            (sent.kind(), sent.take::<u64>()),
            (ErrorKind::MailboxFull, Some(2))
        );
        assert_eq!(before.elapsed().as_secs(), 0);
    }
    // Waiting for room in the mailbox of another worker is allowed.
    let sent = soon(app.send_message("inbox", 3_u64)).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(before.elapsed().as_secs(), 30);
    Ok(())
}
