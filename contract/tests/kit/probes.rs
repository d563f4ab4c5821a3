use std::time::Duration;

use ockam::test::Probe;
use ockam::{Context, ErrorKind, Result};
use tokio::time::{Instant, sleep};

use super::{Mood, Moody};

#[ockam::test]
async fn what_is_expected_comes_in_its_order(ctx: Context) -> Result<()> {
    let mut probe = Probe::<String>::at(&ctx, "probe")?;
    let moody = ctx.start_worker("moody", Moody).await?;
    for name in ["Ada", "Grace"] {
        moody.send(Mood::PassesOn(name.to_owned())).await?;
    }
    assert_eq!(probe.expect("Ada").await, "Ada");
    probe.expect("Grace").await;
    probe.expect_no_message().await;
    Ok(())
}

#[ockam::test]
#[should_panic(expected = "0#probe expected \"Ada\", and \"Mallory\" came")]
async fn what_came_instead_is_printed(ctx: Context) -> Result<()> {
    let mut probe = Probe::<String>::at(&ctx, "probe")?;
    ctx.send_message("probe", "Mallory".to_owned()).await?;
    probe.expect("Ada").await;
    Ok(())
}

#[ockam::test(paused)]
#[should_panic(expected = "0#probe expected \"Ada\": 0#probe received no")]
async fn that_nothing_came_is_printed(ctx: Context) -> Result<()> {
    let mut probe = Probe::<String>::at(&ctx, "probe")?;
    probe.expect("Ada").await;
    Ok(())
}

#[ockam::test]
#[should_panic(expected = "0#probe expected no message, and \"Ada\" came")]
async fn what_should_not_have_come_is_printed(ctx: Context) -> Result<()> {
    let mut probe = Probe::<String>::at(&ctx, "probe")?;
    let moody = ctx.start_worker("moody", Moody).await?;
    moody.send(Mood::PassesOn("Ada".to_owned())).await?;
    probe.expect_no_message().await;
    Ok(())
}

#[ockam::test]
#[should_panic(
    expected = "0#probe: has stopped with messages that nobody handled: 1 × alloc::string::String"
)]
async fn what_nobody_expected_fails_the_test(ctx: Context) -> Result<()> {
    let _probe = Probe::<String>::at(&ctx, "probe")?;
    ctx.send_message("probe", "Ada".to_owned()).await
}

#[ockam::test]
async fn another_type_is_refused_as_a_worker_refuses_it(ctx: Context) -> Result<()> {
    let _probe = Probe::<String>::at(&ctx, "probe")?;
    let sent = ctx.send_message("probe", 7_u64).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::WrongType);
    Ok(())
}

#[ockam::test]
async fn a_question_is_answered_along_its_return_route(ctx: Context) -> Result<()> {
    let mut probe = Probe::<u64>::at(&ctx, "probe")?;
    let sender = ctx.sender();
    let asking = tokio::spawn(async move { sender.ask::<String>("probe", 7_u64).await });
    let question = probe.receive().await;
    assert_eq!(question, 7);
    let back = question.return_route().clone();
    ctx.send_message(back, "seven".to_owned()).await?;
    assert_eq!(asking.await.expect("it does not panic")?, "seven");
    Ok(())
}

#[ockam::test(paused)]
async fn time_does_not_move_on_before_it_is_known_that_nothing_comes(ctx: Context) -> Result<()> {
    let mut probe = Probe::<String>::at(&ctx, "probe")?;
    let (begin, sender) = (Instant::now(), ctx.sender());
    tokio::spawn(async move {
        sleep(Duration::from_millis(1)).await;
        sender.send_message("probe", "later".to_owned()).await
    });
    probe.expect_no_message().await;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    probe.expect("later").await;
    Ok(())
}

#[ockam::test(worker_threads = 2)]
#[should_panic(expected = "only a `#[ockam::test]` on the current thread knows")]
async fn on_several_threads_nobody_knows_that_nothing_comes(ctx: Context) -> Result<()> {
    let mut probe = Probe::<String>::at(&ctx, "probe")?;
    probe.expect_no_message().await;
    Ok(())
}
