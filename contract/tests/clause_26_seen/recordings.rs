use std::time::Duration;

use ockam::{
    Context, ErrorKind, NodeBuilder, RecordedEnd, Restart, Result, WorkerBuilder, async_worker,
};
use ockam_contract::pace::at_rest;

use super::Busy;

fn ends(recording: &ockam::Recording) -> Vec<RecordedEnd> {
    recording.messages().into_iter().map(|it| it.end).collect()
}

fn failed() -> RecordedEnd {
    RecordedEnd::Failed("on purpose".to_owned())
}

#[tokio::test(start_paused = true)]
async fn the_messages_of_a_worker_show_from_whom_they_came_and_how_they_ended() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let before = ctx.start_worker("busy", Busy).await?;
    before.send("not recorded".to_string()).await?;
    at_rest().await;
    let recording = ctx.record("busy")?;
    let clerk = ctx.open("clerk")?;
    clerk.ask::<String>("busy", "hello".to_string()).await?;
    ctx.ask::<String>("busy", "fail".to_string())
        .await
        .unwrap_err();
    clerk.send_message("busy", "hang".to_string()).await?;
    at_rest().await;
    drop(clerk);
    assert_eq!(
        ends(&recording),
        [RecordedEnd::Handled, failed(), RecordedEnd::InHand]
    );
    let messages = recording.messages();
    assert_eq!(messages[1].from, Some("app".into()));
    assert_eq!(messages[2].from, None, "the clerk has gone");
    assert_eq!(
        messages.iter().map(|it| it.number).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!((messages[2].took, messages[2].waited), (None, None));

    // A kill drops the handler. Whoever takes the address is recorded, too.
    ctx.kill_worker("busy").await?;
    assert_eq!(ends(&recording)[2], RecordedEnd::Dropped);
    ctx.start_worker("busy", Busy).await?;
    ctx.ask::<String>("busy", "panic".to_string())
        .await
        .unwrap_err();
    assert_eq!(ends(&recording)[3], RecordedEnd::Panicked);
    assert_eq!(recording.missed(), 0);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_recording_goes_on_over_restarts_and_has_a_bounded_length() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let recording = ctx.record("busy")?;
    let busy = WorkerBuilder::from_fn("busy", || Busy).restart(Restart::on_failure());
    let busy = busy.start(&ctx).await?;
    busy.ask::<String>("panic".to_string()).await.unwrap_err();
    for _ in 0..300 {
        busy.ask::<String>("hello".to_string()).await?;
    }
    let messages = recording.messages();
    assert_eq!(
        (messages.len(), messages[0].number, messages[255].number),
        (256, 46, 301)
    );
    drop(recording);
    // Nobody has it any more: it begins anew.
    let recording = ctx.record("busy")?;
    assert_eq!(recording.messages(), []);
    busy.ask::<String>("hello".to_string()).await?;
    assert_eq!(ends(&recording), [RecordedEnd::Handled]);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_time_limit_of_handlers_is_a_failure_and_holds_for_those_that_are_recorded() -> Result<()>
{
    let ctx = NodeBuilder::new().histograms(true).start().await?;
    let busy = WorkerBuilder::new("busy", Busy).handler_timeout(Duration::from_secs(3));
    let busy = busy.start(&ctx).await?;
    let recording = ctx.record("busy")?;
    let asked = busy.ask::<String>("hang".to_string()).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    let messages = recording.messages();
    let message = &messages[0];
    let RecordedEnd::Failed(text) = &message.end else {
        panic!("{message:?}");
    };
    assert!(text.contains("did not end within 3s"), "{text}");
    assert_eq!(message.took.map(|it| it.as_secs()), Some(3));
    assert_eq!(message.waited.map(|it| it.as_secs()), Some(0));
    ctx.stop().await
}

/// Fails with a long text.
struct Verbose;

#[async_worker]
impl ockam::Worker for Verbose {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        Err(ockam::Error::new(ErrorKind::Other, "ä".repeat(10_000)))
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_be_recorded_is_bounded() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("verbose", Verbose).await?;
    let mut recordings = vec![ctx.record("verbose")?];
    ctx.ask::<u64>("verbose", 7_u64).await.unwrap_err();
    let end = &recordings[0].messages()[0].end;
    assert!(matches!(end, RecordedEnd::Failed(text) if text.len() <= 256 && text.ends_with('…')));

    for number in 1..256 {
        recordings.push(ctx.record(format!("worker {number}"))?);
    }
    let refused = ctx.record("one more").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    assert!(refused.to_string().contains("0#one more"), "{refused}");
    ctx.record("verbose")?;
    recordings.pop();
    ctx.record("one more")?;
    for wrong in ["app", "1#127.0.0.1:9"] {
        let refused = ctx.record(wrong.parse::<ockam::Address>().expect("an address"));
        assert_eq!(
            refused.unwrap_err().kind(),
            ErrorKind::InvalidInput,
            "{wrong}"
        );
    }
    ctx.stop().await
}
