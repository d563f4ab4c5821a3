//! Clauses 4, 5 and 7 through a channel.

use ockam::{ErrorKind, Result, route};
use ockam_contract::pace::soon;

use crate::nodes::pair;
use crate::workers::{Echoer, Failing, Sends, recorder};

#[tokio::test]
async fn failures_come_back_through_a_channel() -> Result<()> {
    let pair = pair(["echoer", "failing", "gone"]).await?;
    pair.bob.ctx.start_worker("echoer", Echoer).await?;
    pair.bob.ctx.start_worker("failing", Failing).await?;
    let ctx = &pair.alice.ctx;
    let ask = |name: &str, text: &str| {
        let route = route![&pair.channel, name];
        soon(ctx.ask::<String>(route, text.to_string()))
    };
    let failed = ask("failing", "fail").await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidInput);
    assert!(!format!("{failed:#} {failed:?}").contains("secret"));
    let panicked = ask("failing", "panic").await.unwrap_err();
    assert_eq!(panicked.kind(), ErrorKind::Panicked);
    let unknown = ask("gone", "").await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::UnknownAddress);
    let number = soon(ctx.ask::<String>(route![&pair.channel, "echoer"], 7_u64)).await;
    let wrong = number.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::WrongType);
    assert!(
        wrong.to_string().contains("string") && wrong.to_string().contains("u64"),
        "{wrong}"
    );
    let other = soon(ctx.ask::<u64>(route![&pair.channel, "echoer"], "a".to_string())).await;
    assert_eq!(other.unwrap_err().kind(), ErrorKind::WrongType);
    pair.stop().await
}

#[tokio::test]
async fn what_was_only_sent_and_fails_is_told_to_its_sender() -> Result<()> {
    let pair = pair("numbers").await?;
    let (worker, mut failures) = Sends::new(route![&pair.channel, "numbers"]);
    pair.alice.ctx.start_worker("sends", worker).await?;
    pair.alice.ctx.send_message("sends", 1_u64).await?;
    let failure = soon(failures.recv()).await.expect("it is told");
    assert_eq!(failure.kind(), ErrorKind::UnknownAddress);
    let mut numbers = recorder::<u64>(&pair.bob.ctx, "numbers").await?;
    pair.alice.ctx.send_message("sends", 2_u64).await?;
    assert_eq!(soon(numbers.recv()).await, Some(2));
    pair.stop().await
}
