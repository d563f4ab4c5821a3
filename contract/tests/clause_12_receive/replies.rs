//! Answers to asks don't pass through the mailbox.

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::pace::{poll_once, soon};

struct Doubler;

impl Worker for Doubler {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(2 * msg).await
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_comes_through_although_the_mailbox_of_the_asker_is_full() -> Result<()> {
    let mut ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    ctx.start_worker("doubler", Doubler).await?;
    ctx.try_send("app", 1_u64)?;
    assert_eq!(soon(ctx.ask::<u64>("doubler", 21_u64)).await?, 42);
    assert_eq!(soon(ctx.receive::<u64>()).await?, 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_not_among_what_is_received() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("doubler", Doubler).await?;
    let sender = ctx.sender();
    let mut asked = Box::pin(sender.ask::<u64>("doubler", 21_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    let received = soon(ctx.receive_timeout::<u64>(Duration::from_secs(1))).await;
    assert_eq!(received.unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(soon(asked).await?, 42);

    // The answer to a sent message goes to the mailbox.
    ctx.send_message("doubler", 4_u64).await?;
    assert_eq!(soon(ctx.receive::<u64>()).await?, 8);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn answers_find_their_questions_in_any_order() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let sender = ctx.sender();
    let mut asks: Vec<_> = (0..10_u64)
        .map(|n| Box::pin(sender.ask::<u64>("app", n)))
        .collect();
    for ask in &mut asks {
        assert!(poll_once(ask).await.is_pending());
    }
    for number in (0..10_u64).rev() {
        let question = soon(ctx.receive_matching::<u64>(|asked| *asked == number)).await?;
        ctx.send_message(question.return_route(), 100 + number)
            .await?;
    }
    for (number, ask) in (100..).zip(asks) {
        assert_eq!(soon(ask).await?, number);
    }
    Ok(())
}
