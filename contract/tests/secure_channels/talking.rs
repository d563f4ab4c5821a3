use ockam::{ErrorKind, Result, route};
use ockam_contract::pace::soon;

use crate::nodes::pair;
use crate::workers::{Echoer, WhoAsks, recorder};

#[tokio::test]
async fn a_question_is_answered_through_a_channel() -> Result<()> {
    let pair = pair(["echoer", "who"]).await?;
    pair.bob.ctx.start_worker("echoer", Echoer).await?;
    pair.bob.ctx.start_worker("who", WhoAsks).await?;
    let (alice, bob) = (&pair.alice, &pair.bob);
    assert_eq!(pair.channel.peer(), bob.identity.identifier());
    let asked = alice
        .ctx
        .ask(route![&pair.channel, "echoer"], "Hello Bob!".to_string());
    let echo: String = soon(asked).await?;
    assert_eq!(echo, "Hello Bob!");
    let who: String = soon(alice.ctx.ask(route![&pair.channel, "who"], String::new())).await?;
    assert_eq!(who, alice.identity.identifier().to_string());
    pair.stop().await
}

#[tokio::test]
async fn the_peer_of_a_message_is_known_only_if_it_came_through_a_channel() -> Result<()> {
    let pair = pair("who").await?;
    pair.bob.ctx.start_worker("who", WhoAsks).await?;
    let local: String = soon(pair.bob.ctx.ask("who", String::new())).await?;
    assert_eq!(local, "");
    let plain = pair.bob.tcp.listen("127.0.0.1:0", "who").await?;
    let connection = pair.alice.tcp.connect(plain.local_address()).await?;
    let plain: String = soon(
        pair.alice
            .ctx
            .ask(route![&connection, "who"], String::new()),
    )
    .await?;
    assert_eq!(plain, "");
    pair.stop().await
}

#[tokio::test]
async fn many_messages_arrive_in_order_over_many_renewals_of_the_keys() -> Result<()> {
    let pair = pair("numbers").await?;
    let mut numbers = recorder::<u64>(&pair.bob.ctx, "numbers").await?;
    for number in 0..20_000_u64 {
        let route = route![&pair.channel, "numbers"];
        soon(pair.alice.ctx.send_message(route, number)).await?;
        if number % 10 == 0 {
            // So that they don't all fit into a few frames.
            tokio::task::yield_now().await;
        }
    }
    for number in 0..20_000_u64 {
        assert_eq!(soon(numbers.recv()).await, Some(number));
    }
    pair.stop().await
}

#[tokio::test]
async fn long_messages_pass_both_ways() -> Result<()> {
    let pair = pair("echoer").await?;
    pair.bob.ctx.start_worker("echoer", Echoer).await?;
    for length in [0, 1, 65_000, 66_000, 1 << 20, 15 << 20] {
        let text = "x".repeat(length);
        let asked = pair
            .alice
            .ctx
            .ask(route![&pair.channel, "echoer"], text.clone());
        let echo: String = soon(asked).await?;
        assert!(echo == text, "{length}");
    }
    let text = "x".repeat(17 << 20);
    let asked = pair
        .alice
        .ctx
        .ask::<String>(route![&pair.channel, "echoer"], text);
    assert_eq!(
        soon(asked).await.unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    pair.stop().await
}

#[tokio::test]
async fn the_connecting_side_answers_and_exposes_too() -> Result<()> {
    let pair = pair("numbers").await?;
    let mut numbers = recorder::<u64>(&pair.bob.ctx, "numbers").await?;
    // Bob answers a message that was only sent, by its return route.
    let (alice, bob) = (&pair.alice, &pair.bob);
    let (back, mut routes) = tokio::sync::mpsc::unbounded_channel();
    bob.ctx.start_worker("back", Back(back)).await?;
    pair.listener.expose("back");
    let mut inbox = alice.ctx.open("inbox")?;
    inbox
        .send_message(route![&pair.channel, "back"], 7_u64)
        .await?;
    let back: ockam::Route = soon(routes.recv()).await.expect("it has come");
    bob.ctx.send_message(&back, 8_u64).await?;
    assert_eq!(soon(inbox.receive::<u64>()).await?, 8);
    // One answer, and no more.
    bob.ctx.send_message(&back, 9_u64).await?;
    alice
        .ctx
        .send_message(route![&pair.channel, "numbers"], 1_u64)
        .await?;
    assert_eq!(soon(numbers.recv()).await, Some(1));
    ockam_contract::eventually::eventually("it is denied", || alice.ctx.denied() == 1).await;
    pair.channel.expose("inbox");
    bob.ctx.send_message(&back, 10_u64).await?;
    assert_eq!(soon(inbox.receive::<u64>()).await?, 10);
    drop(inbox);
    pair.stop().await
}

struct Back(tokio::sync::mpsc::UnboundedSender<ockam::Route>);

#[ockam::async_worker]
impl ockam::Worker for Back {
    type Message = u64;

    async fn handle_message(
        &mut self,
        _ctx: &mut ockam::Context,
        msg: ockam::Routed<u64>,
    ) -> Result<()> {
        // This fails if the test no longer reads.
        let _ = self.0.send(msg.return_route().clone());
        Ok(())
    }
}
