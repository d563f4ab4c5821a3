use std::time::Duration;

use ockam::{
    EndpointKind, NodeBuilder, Restart, Result, Supervisor, WorkerBuilder, WorkerReport,
    WorkerState,
};
use ockam_contract::pace::at_rest;

use super::{Busy, Hesitant};

fn of(report: &WorkerReport) -> (WorkerState, usize, u64, u64) {
    (report.state, report.queued, report.handled, report.failures)
}

#[tokio::test(start_paused = true)]
async fn what_a_worker_is_doing_shows() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let busy = ctx.start_worker("busy", Busy).await?;
    assert_eq!(
        of(&ctx.inspect_worker("busy")?),
        (WorkerState::Waiting, 0, 0, 0)
    );
    busy.ask::<String>("hello".to_string()).await?;
    busy.ask::<String>("fail".to_string()).await.unwrap_err();
    assert_eq!(
        of(&ctx.inspect_worker("busy")?),
        (WorkerState::Waiting, 0, 2, 1)
    );
    for msg in ["hang", "one", "two"] {
        busy.send(msg.to_string()).await?;
    }
    at_rest().await;
    let report = ctx.inspect_worker("busy")?;
    assert_eq!(of(&report), (WorkerState::Handling, 2, 2, 1));
    assert!(!report.is_stopping && report.capacity == 1024);
    let stop = ctx.stop_worker("busy");
    let stopping = async {
        at_rest().await;
        ctx.inspect().worker("busy").map(|busy| busy.is_stopping)
    };
    let (stopped, is_stopping) = tokio::join!(stop, stopping);
    assert_eq!(is_stopping, Some(true));
    stopped.unwrap_err();
    assert!(ctx.inspect().worker("busy").is_none(), "it is gone");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_start_that_hesitates_and_an_open_context_show() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let _inbox = ctx.open("inbox")?;
    ctx.send_message("inbox", 7_u64).await?;
    let starter = ctx.sender();
    let node = tokio::select! {
        started = ctx.start_worker(["slow", "late"], Hesitant) => panic!("{:?}", started.err()),
        node = async { at_rest().await; ctx.inspect() } => node,
    };
    drop(starter);
    let slow = node.worker("late").expect("it is known by each address");
    assert_eq!(
        (slow.state, slow.kind, slow.addresses.len()),
        (WorkerState::Starting, EndpointKind::Worker, 2)
    );
    let inbox = node.worker("inbox").expect("it is open");
    assert_eq!(
        (inbox.state, inbox.kind, inbox.queued, &*inbox.message),
        (WorkerState::Open, EndpointKind::Context, 1, "any")
    );
    assert_eq!(
        node.worker("app").map(|app| app.kind),
        Some(EndpointKind::App)
    );
    let listed: Vec<_> = node
        .workers
        .iter()
        .map(|it| it.address.to_string())
        .collect();
    assert_eq!(listed, ["0#app", "0#inbox", "0#slow"], "each one once");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_for_its_restart_shows_with_its_supervisor_and_its_failure()
-> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let long = Duration::from_secs(60);
    let restart = Restart::on_failure().backoff(long, long);
    let child = WorkerBuilder::from_fn("busy", || Busy).restart(restart);
    Supervisor::one_for_one("boss")
        .child(child)
        .start(&ctx)
        .await?;
    for failures in 1..=2 {
        let asked = ctx.ask::<String>("busy", "panic".to_string()).await;
        asked.unwrap_err();
        assert_eq!(ctx.inspect_worker("busy")?.failures, failures);
    }
    let busy = ctx.inspect_worker("busy")?;
    assert_eq!((busy.state, busy.restarts), (WorkerState::Resting, 2));
    assert_eq!(busy.supervisor, Some("boss".into()));
    assert!(
        busy.last_failure
            .is_some_and(|why| why.contains("on purpose"))
    );
    assert_eq!(ctx.inspect_worker("boss")?.kind, EndpointKind::Supervisor);
    tokio::time::sleep(2 * long).await;
    let busy = ctx.inspect_worker("busy")?;
    assert_eq!((busy.state, busy.restarts), (WorkerState::Waiting, 2));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_text_of_a_failure_is_bounded() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let restart = Restart::on_failure().fatal(|_| true);
    let talkative = WorkerBuilder::from_fn("talkative", || Talkative).restart(restart);
    let talkative = talkative.start(&ctx).await?;
    talkative.ask::<u64>(1 << 20).await.unwrap_err();
    let failure = ctx.inspect_worker("talkative")?.last_failure;
    let failure = failure.expect("it has failed");
    assert!((1_000..1_100).contains(&failure.len()), "{}", failure.len());
    Ok(())
}

/// Fails with a text of as many bytes as it is told.
struct Talkative;

impl ockam::Worker for Talkative {
    type Message = u64;
    type Context = ockam::Context;

    async fn handle_message(&mut self, _ctx: &mut ockam::Context, bytes: u64) -> Result<()> {
        let why = "x".repeat(bytes as usize);
        Err(ockam::Error::new(ockam::ErrorKind::Other, why))
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_prints_as_a_table_and_serialises() -> Result<()> {
    let ctx = NodeBuilder::new().name("home").start().await?;
    let busy = ctx.start_worker("busy", Busy).await?;
    busy.ask::<String>("one".to_string()).await?;
    for msg in ["hang", "two"] {
        busy.send(msg.to_string()).await?;
    }
    at_rest().await;
    let node = ctx.inspect();
    assert_eq!(
        node.to_string(),
        "address    message    state       queued    handled    restarts\n\
         0#app      any        open        0/1024          -           -\n\
         0#busy     String     handling    1/1024          1           0"
    );
    let json = serde_json::to_value(&node)?;
    assert_eq!(
        (&json["name"], &json["dead_letters"]),
        (&"home".into(), &0.into())
    );
    assert_eq!(
        json["workers"][1],
        serde_json::json!({
            "address": "0#busy",
            "addresses": ["0#busy"],
            "kind": "worker",
            "message": "String",
            "state": "handling",
            "waits_for": null,
            "queued": 1,
            "capacity": 1024,
            "handled": 1,
            "failures": 0,
            "restarts": 0,
            "last_failure": null,
            "incarnation": json["workers"][1]["incarnation"],
            "supervisor": null,
            "is_stopping": false,
            "handling_for_ms": null,
            "handler_times": null,
            "mailbox_times": null,
            "blocks_for_ms": null,
        })
    );
    ctx.stop_worker("busy").await.unwrap_err();
    assert_eq!(ctx.inspect().dead_letters, 1);
    Ok(())
}

/// Asks the worker at an address.
struct Waiter(&'static str);

impl ockam::Worker for Waiter {
    type Message = String;
    type Context = ockam::Context;

    async fn handle_message(&mut self, ctx: &mut ockam::Context, msg: String) -> Result<()> {
        let answer: String = ctx.ask(self.0, msg).await?;
        ctx.reply(answer).await
    }
}

#[tokio::test(start_paused = true)]
async fn whom_a_worker_waits_for_shows_until_the_answer_comes() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("busy", Busy).await?;
    ctx.start_worker("middle", Waiter("busy")).await?;
    let waiter = ctx.start_worker("waiter", Waiter("middle")).await?;
    assert_eq!(waiter.ask::<String>("hello".to_string()).await?, "hello");
    let waits_for = |name: &str| {
        ctx.inspect()
            .worker(name)
            .and_then(|it| it.waits_for.clone())
    };
    assert_eq!((waits_for("waiter"), waits_for("middle")), (None, None));

    waiter.send("hang".to_string()).await?;
    at_rest().await;
    assert_eq!(waits_for("waiter"), Some("middle".into()));
    assert_eq!(waits_for("middle"), Some("busy".into()));
    assert_eq!(waits_for("busy"), None);
    let table = ctx.inspect().to_string();
    assert!(table.contains("waits for 0#middle"), "{table}");
    ctx.kill_worker("busy").await?;
    at_rest().await;
    assert_eq!((waits_for("waiter"), waits_for("middle")), (None, None));
    Ok(())
}
