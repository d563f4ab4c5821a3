use ockam::{ErrorKind, Result, route};
use ockam_contract::pace::soon;

use crate::nodes::pair;
use crate::workers::{Echoer, recorder};

#[tokio::test]
async fn what_is_queued_passes_before_a_channel_closes() -> Result<()> {
    let pair = pair("numbers").await?;
    let mut numbers = recorder::<u64>(&pair.bob.ctx, "numbers").await?;
    for number in 0..1_000_u64 {
        let route = route![&pair.channel, "numbers"];
        pair.alice.ctx.send_message(route, number).await?;
    }
    soon(pair.channel.close()).await;
    for number in 0..1_000_u64 {
        assert_eq!(soon(numbers.recv()).await, Some(number));
    }
    let closed = pair
        .alice
        .ctx
        .send_message(route![&pair.channel, "numbers"], 7_u64);
    assert_eq!(closed.await.unwrap_err().kind(), ErrorKind::UnknownAddress);
    // The connection below goes on.
    let again = pair
        .alice
        .connect(route![&pair.connection, "secure"], &pair.bob)
        .await?;
    pair.alice
        .ctx
        .send_message(route![&again, "numbers"], 8_u64)
        .await?;
    assert_eq!(soon(numbers.recv()).await, Some(8));
    pair.stop().await
}

#[tokio::test]
async fn a_node_that_stops_sends_what_is_queued_and_closes_its_channels() -> Result<()> {
    let pair = pair(["numbers", "inner"]).await?;
    let mut numbers = recorder::<u64>(&pair.bob.ctx, "numbers").await?;
    let trust = ockam::Trust::anyone();
    pair.bob.channels.listen("inner", trust, "numbers").await?;
    let inner = pair
        .alice
        .connect(route![&pair.channel, "inner"], &pair.bob)
        .await?;
    for number in 0..1_000_u64 {
        pair.alice
            .ctx
            .send_message(route![&inner, "numbers"], number)
            .await?;
    }
    let begin = std::time::Instant::now();
    pair.alice.stop().await?;
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
    for number in 0..1_000_u64 {
        assert_eq!(soon(numbers.recv()).await, Some(number));
    }
    pair.bob.stop().await
}

#[tokio::test]
async fn a_peer_that_stops_ends_what_is_asked() -> Result<()> {
    let pair = pair(["echoer", "silent"]).await?;
    pair.bob.ctx.start_worker("echoer", Echoer).await?;
    let silent = pair.bob.ctx.open("silent")?;
    let asked = pair
        .alice
        .ctx
        .ask::<String>(route![&pair.channel, "silent"], String::new());
    let mut asked = Box::pin(asked);
    assert!(
        ockam_contract::pace::poll_once(&mut asked)
            .await
            .is_pending()
    );
    let echo = pair
        .alice
        .ctx
        .ask::<String>(route![&pair.channel, "echoer"], String::new());
    soon(echo).await?;
    drop(silent);
    pair.bob.stop().await?;
    let kind = soon(asked).await.unwrap_err().kind();
    assert!(
        matches!(kind, ErrorKind::Stopped | ErrorKind::OutcomeUnknown),
        "{kind}"
    );
    pair.alice.stop().await
}
