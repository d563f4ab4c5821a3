use std::time::Duration;

use ockam::{Context, NodeBuilder, Result, Worker};
use ockam_contract::pace::at_rest;

use super::Busy;

const SECOND: Duration = Duration::from_secs(1);

/// Takes so many seconds for each message.
struct Slow;

impl Worker for Slow {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, seconds: u64) -> Result<()> {
        tokio::time::sleep(seconds as u32 * SECOND).await;
        ctx.reply(seconds).await
    }
}

/// Tells whether a time is as long as `exact`, or up to an eighth longer.
fn is_about(time: Duration, exact: Duration) -> bool {
    exact <= time && time <= exact + exact / 8 + Duration::from_millis(10)
}

#[tokio::test(start_paused = true)]
async fn times_are_those_of_the_handlers_and_of_the_waits_before_them() -> Result<()> {
    let ctx = NodeBuilder::new().histograms(true).start().await?;
    let slow = ctx.start_worker("slow", Slow).await?;
    let none = ctx.inspect_worker("slow")?;
    assert_eq!(none.handler_times.map(|it| it.count), Some(0));
    // They wait for 0, 1, 3 and 6 s.
    for seconds in [1, 2, 3, 4] {
        slow.send(seconds).await?;
    }
    at_rest().await;
    tokio::time::sleep(SECOND / 2).await;
    let first = ctx.inspect_worker("slow")?;
    assert!(
        is_about(first.handling_for.expect("it runs"), SECOND / 2),
        "{first:?}"
    );
    slow.ask::<u64>(0).await?;
    let report = ctx.inspect_worker("slow")?;
    assert_eq!(report.handling_for, None);
    let (handled, waited) = (report.handler_times.unwrap(), report.mailbox_times.unwrap());
    assert_eq!((handled.count, waited.count), (5, 5));
    assert!(is_about(handled.p50, 2 * SECOND), "{handled:?}");
    assert!(is_about(handled.max, 4 * SECOND), "{handled:?}");
    assert!(is_about(waited.p50, 3 * SECOND), "{waited:?}");
    // The last one was sent after half a second, and a millisecond.
    assert!(
        is_about(waited.p99, 9 * SECOND + Duration::from_millis(499)),
        "{waited:?}"
    );
    let table = ctx.inspect().to_string();
    assert!(
        table.lines().next().is_some_and(|it| it.ends_with("max")),
        "{table}"
    );
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn messages_that_waited_for_room_are_timed_from_when_they_had_it() -> Result<()> {
    let ctx = NodeBuilder::new()
        .histograms(true)
        .mailbox_capacity(1)
        .start()
        .await?;
    let slow = ctx.start_worker("slow", Slow).await?;
    for _ in 0..4 {
        slow.send(1).await?;
    }
    slow.ask::<u64>(0).await?;
    let waited = ctx.inspect_worker("slow")?.mailbox_times.unwrap();
    assert_eq!(waited.count, 5);
    assert!(is_about(waited.max, SECOND), "{waited:?}");
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_node_measures_nothing_unless_it_is_told_to() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let busy = ctx.start_worker("busy", Busy).await?;
    busy.ask::<String>("hello".to_string()).await?;
    let report = ctx.inspect_worker("busy")?;
    assert_eq!(report.handler_times, None);
    assert_eq!((report.mailbox_times, report.handling_for), (None, None));
    ctx.stop().await
}
