//! What has been recorded, and how long messages take.

use std::time::Duration;

use ockam::{ErrorKind, NodeBuilder, Result};
use ockam_console::Console;

use crate::client::{get, until};
use crate::planted::{Busy, console};

#[tokio::test]
async fn what_happened_before_a_worker_died_can_be_read() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let console = Console::new(&ctx).record(["busy", "later"]);
    let console = console.interval(Duration::from_millis(20));
    let at = console.listen("127.0.0.1:0").await?.local_address();
    ctx.start_worker("busy", Busy).await?;
    ctx.ask::<String>("busy", "hello".to_string()).await?;
    let died = ctx.ask::<String>("busy", "panic".to_string()).await;
    assert_eq!(died.unwrap_err().kind(), ErrorKind::Panicked);
    let recorded = until(at, "/api/recorded", |answer| {
        answer.json()[0]["messages"][1]["end"] == "panicked"
    });
    let recorded = recorded.await;
    let busy = &recorded.json()[0];
    assert_eq!(
        (&busy["address"], &busy["missed"]),
        (&"0#busy".into(), &0.into())
    );
    let messages = busy["messages"].as_array().unwrap();
    let ends: Vec<_> = messages
        .iter()
        .map(|it| it["end"].as_str().unwrap())
        .collect();
    assert_eq!(ends, ["handled", "panicked"]);
    assert!(
        messages
            .iter()
            .all(|it| it["from"] == "0#app" && it["took_ns"].is_u64())
    );
    assert_eq!(recorded.json()[1]["messages"], serde_json::json!([]));
    for secret in ["hello", "panic\""] {
        assert!(!recorded.body.contains(secret), "{}", recorded.body);
    }
    ctx.stop().await
}

#[tokio::test]
async fn what_can_not_be_recorded_is_told_when_the_console_begins() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let refused = Console::new(&ctx).record("app").listen("127.0.0.1:0").await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(ctx.inspect().worker("console").is_none());
    let many: Vec<_> = (0..17).map(|number| format!("worker {number}")).collect();
    let refused = Console::new(&ctx).record(many).listen("127.0.0.1:0").await;
    let error = refused.unwrap_err();
    assert!(error.to_string().contains("at most 16"), "{error}");
    ctx.stop().await
}

#[tokio::test]
async fn a_node_with_histograms_shows_how_long_messages_take() -> Result<()> {
    let node = NodeBuilder::new()
        .histograms(true)
        .stop_timeout(Duration::from_millis(50));
    let ctx = node.start().await?;
    let at = console(&ctx).await?.local_address();
    let busy = ctx.start_worker("busy", Busy).await?;
    for _ in 0..100 {
        busy.ask::<String>("hello".to_string()).await?;
    }
    let shown = until(at, "/api/node", |answer| {
        let node = answer.json();
        let mut workers = node["workers"].as_array().unwrap().iter();
        workers.any(|it| it["handler_times"]["count"] == 100 && it["mailbox_times"]["count"] == 100)
    });
    shown.await;
    let metrics = get(at, "/metrics?workers=1").await.body;
    for name in ["handler", "mailbox"] {
        for line in [
            format!("ockam_worker_{name}_seconds{{worker=\"0#busy\",quantile=\"0.99\"}} "),
            format!("ockam_worker_{name}_seconds_max{{worker=\"0#busy\"}} "),
            format!("ockam_worker_{name}_seconds_count{{worker=\"0#busy\"}} 100\n"),
        ] {
            assert!(metrics.contains(&line), "{line} in {metrics}");
        }
    }
    busy.send("hang".to_string()).await?;
    let line = "slow\t0#busy\thas handled one message";
    until(at, "/diagnose?slow_ms=50", |answer| {
        answer.body.contains(line)
    })
    .await;
    ctx.stop().await
}
