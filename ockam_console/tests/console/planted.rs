//! Nodes with something wrong. Each time, the text and the JSON name the culprit.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use ockam::{
    Context, NodeBuilder, Restart, Result, Supervisor, TcpTransport, Worker, WorkerBuilder, route,
};
use ockam_console::{Console, ConsoleHandle};
use serde_json::Value;

use crate::client::{get, until};

/// Does what its message says.
pub(crate) struct Busy;

impl Worker for Busy {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        match &*msg {
            "panic" => panic!("on purpose"),
            "hang" => pending().await,
            _ => ctx.reply(msg).await,
        }
    }
}

/// Never comes to an end of its `initialize`.
struct Hesitant;

impl Worker for Hesitant {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        pending().await
    }
}

/// Starts a node whose stop does not wait long for those that hang.
pub(crate) async fn node() -> Result<Context> {
    let node = NodeBuilder::new().stop_timeout(Duration::from_millis(50));
    node.start().await
}

/// Starts a console that looks often, and for which 200 ms are long.
pub(crate) async fn console(ctx: &Context) -> Result<ConsoleHandle> {
    console_for(ctx).listen("127.0.0.1:0").await
}

/// Creates a console that looks often, and for which 200 ms are long.
pub(crate) fn console_for(ctx: &Context) -> Console<'_> {
    Console::new(ctx)
        .interval(Duration::from_millis(20))
        .slow_after(Duration::from_millis(200))
}

/// Waits until the diagnosis has a line of this kind and address, and returns its text. The JSON says the same.
async fn found(at: SocketAddr, kind: &str, address: &str) -> String {
    let start = format!("{kind}\t{address}\t");
    let answer = until(at, "/diagnose", |answer| answer.body.contains(&start)).await;
    assert_eq!(answer.status, 503);
    let line = answer
        .body
        .lines()
        .find_map(|line| line.strip_prefix(&start));
    let is_it = |it: &&Value| it["kind"] == kind && it["address"] == address;
    let node = until(at, "/api/node", |answer| {
        let node = answer.json();
        let mut findings = node["findings"].as_array().unwrap().iter();
        findings.any(|it| is_it(&it))
    });
    node.await;
    line.unwrap().to_owned()
}

/// Returns what the JSON says about a worker.
async fn worker(at: SocketAddr, address: &str) -> Value {
    let node = get(at, "/api/node").await.json();
    let workers = node["workers"].as_array().unwrap();
    let worker = workers.iter().find(|worker| worker["address"] == address);
    worker.unwrap().clone()
}

#[tokio::test]
async fn nothing_is_found_on_a_node_that_is_well() -> Result<()> {
    let ctx = node().await?;
    let console = console(&ctx).await?;
    ctx.start_worker("busy", Busy).await?;
    let small = WorkerBuilder::new("small", Busy).mailbox_capacity(1);
    small.start(&ctx).await?;
    for _ in 0..100 {
        ctx.ask::<String>("busy", "hello".to_string()).await?;
    }
    let handled = |busy: &Value| busy["handled"] == 100;
    let at = console.local_address();
    for _ in 0..5 {
        let last = get(at, "/api/node").await.json()["looked_at_ms"].clone();
        until(at, "/api/node", |answer| {
            answer.json()["looked_at_ms"] != last
        })
        .await;
    }
    until(at, "/api/node", |answer| {
        answer.json()["workers"]
            .as_array()
            .unwrap()
            .iter()
            .any(handled)
    })
    .await;
    let diagnosed = get(at, "/diagnose").await;
    assert_eq!(
        (diagnosed.status, &*diagnosed.body),
        (200, "nothing found\n")
    );
    ctx.stop().await
}

#[tokio::test]
async fn a_handler_that_hangs_is_found_with_what_waits_behind_it() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let busy = ctx.start_worker("busy", Busy).await?;
    busy.ask::<String>("hello".to_string()).await?;
    for msg in ["hang", "one", "two"] {
        busy.send(msg.to_string()).await?;
    }
    let text = found(at, "slow", "0#busy").await;
    assert!(
        text.starts_with("has handled one message (String) for 0."),
        "{text}"
    );
    assert!(text.ends_with("; 2 messages wait behind it"), "{text}");
    let busy = worker(at, "0#busy").await;
    assert!(
        busy["busy_ms"].as_u64().is_some_and(|millis| millis >= 200),
        "{busy}"
    );
    assert_eq!(
        (&busy["state"], &busy["handled"]),
        (&"handling".into(), &1.into())
    );

    // With more patience, nothing is wrong; with less, it is.
    assert_eq!(get(at, "/diagnose?slow_ms=3600000").await.status, 200);
    assert_eq!(get(at, "/diagnose?slow_ms=1").await.status, 503);
    assert_eq!(get(at, "/diagnose?slow_ms=soon").await.status, 400);
    ctx.stop().await
}

#[tokio::test]
async fn a_start_that_hangs_is_found() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let text = tokio::select! {
        started = ctx.start_worker("slow", Hesitant) => panic!("{:?}", started.err()),
        text = found(at, "starting", "0#slow") => text,
    };
    assert!(
        text.starts_with("has been in `initialize` for 0."),
        "{text}"
    );
    ctx.stop().await
}

#[tokio::test]
async fn a_mailbox_that_fills_is_found() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let busy = WorkerBuilder::new("busy", Busy).mailbox_capacity(10);
    let busy = busy.start(&ctx).await?;
    busy.send("hang".to_string()).await?;
    for number in 0..9 {
        busy.send(number.to_string()).await?;
    }
    let text = found(at, "mailbox", "0#busy").await;
    assert!(text.contains("/10 messages wait, "), "{text}");
    let busy = worker(at, "0#busy").await;
    assert_eq!(busy["is_filling"], true);
    let history = busy["queued_history"].as_array().unwrap();
    assert!(
        history.len() <= 60 && history.last() == Some(&busy["queued"]),
        "{busy}"
    );
    ctx.stop().await
}

#[tokio::test]
async fn a_mailbox_that_grows_is_found_before_it_is_full() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let busy = ctx.start_worker("busy", Busy).await?;
    busy.send("hang".to_string()).await?;
    let growing = async {
        loop {
            // Two more for each look: 1,024 are not reached.
            let sent = busy.send("more".to_string()).await;
            sent.unwrap();
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    };
    let text = tokio::select! {
        () = growing => unreachable!(),
        text = found(at, "mailbox", "0#busy") => text,
    };
    let queued: u64 = text.split('/').next().unwrap().parse().unwrap();
    assert!(
        queued < 800 && text.contains("/1024 messages wait, +"),
        "{text}"
    );
    ctx.stop().await
}

#[tokio::test]
async fn a_crash_loop_is_found_with_its_failure() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let short = Duration::from_millis(1);
    let restart = Restart::on_failure().backoff(short, short);
    let restart = restart.at_most(1_000, Duration::from_secs(1));
    let child = WorkerBuilder::from_fn("busy", || Busy).restart(restart);
    Supervisor::one_for_one("boss")
        .child(child)
        .start(&ctx)
        .await?;
    let crashing = async {
        loop {
            let asked = ctx.ask::<String>("busy", "panic".to_string()).await;
            asked.unwrap_err();
        }
    };
    let text = tokio::select! {
        () = crashing => unreachable!(),
        text = found(at, "crash_loop", "0#busy") => text,
    };
    assert!(
        text.contains("lately: ") && text.contains("on purpose"),
        "{text}"
    );
    let busy = worker(at, "0#busy").await;
    assert_eq!(
        (&busy["supervisor"], &busy["kind"]),
        (&"0#boss".into(), &"worker".into())
    );
    ctx.stop().await
}

#[tokio::test]
async fn dead_letters_are_found_with_why_and_without_their_content() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let losing = async {
        loop {
            let inbox = ctx.open("inbox").unwrap();
            let sent = ctx.send_message("inbox", "secret".to_string()).await;
            sent.unwrap();
            drop(inbox);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let text = tokio::select! {
        () = losing => unreachable!(),
        text = found(at, "dead_letters", "0#inbox") => text,
    };
    let end = " messages were lost lately; the last ones: 1 × it has stopped before";
    assert!(text.ends_with(end), "{text}");
    let node = get(at, "/api/node").await;
    let lost = &node.json()["dead_letters"];
    assert!(
        lost["total"].as_u64().is_some_and(|total| total > 0),
        "{lost}"
    );
    assert_eq!(lost["recent"][0]["types"], "1 × alloc::string::String");
    assert!(!node.body.contains("secret"), "{}", node.body);
    ctx.stop().await
}

/// Asks another worker, and waits for the answer.
struct Asker(&'static str);

impl Worker for Asker {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let answer = ctx.ask::<u64>(self.0, msg).await?;
        ctx.reply(answer).await
    }
}

#[tokio::test]
async fn workers_that_wait_for_one_that_hangs_are_found_with_whom_they_wait_for() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    ctx.start_worker("one", Asker("two")).await?;
    ctx.start_worker("two", Asker("end")).await?;
    let _end = ctx.open("end")?;
    ctx.send_message("one", 7_u64).await?;
    assert!(
        found(at, "waits", "0#one")
            .await
            .contains("it waits for 0#two")
    );
    assert!(
        found(at, "waits", "0#two")
            .await
            .contains("it waits for 0#end")
    );
    assert_eq!(worker(at, "0#one").await["waits_for"], "0#two");
    ctx.stop().await
}

#[tokio::test]
async fn a_lost_connection_is_found_with_its_peer() -> Result<()> {
    let (ctx, server) = (node().await?, node().await?);
    let at = console(&ctx).await?.local_address();
    server.start_worker("busy", Busy).await?;
    let tcp = TcpTransport::new(&server)?;
    let listener = tcp.listen("127.0.0.1:0", "busy").await?;
    let peer = listener.local_address().to_owned();
    let connection = TcpTransport::new(&ctx)?.connect(&*peer).await?;
    let asked = ctx.ask::<String>(route![&connection, "busy"], "hello".to_string());
    assert_eq!(asked.await?, "hello");
    let shown = until(at, "/api/node", |answer| {
        answer.json()["connections"][0]["state"] == "connected"
    })
    .await
    .json();
    assert_eq!(shown["connections"][0]["peer"], peer);
    let metrics = get(at, "/metrics").await.body;
    assert!(
        metrics.contains("ockam_connections{state=\"connected\"} 1\n"),
        "{metrics}"
    );

    server.stop().await?;
    let text = found(at, "connection", &connection.address().to_string()).await;
    assert!(text.contains(&peer), "{text}");
    let metrics = get(at, "/metrics").await.body;
    assert!(
        metrics.contains("ockam_connections{state=\"lost\"} 1\n"),
        "{metrics}"
    );
    ctx.stop().await
}
