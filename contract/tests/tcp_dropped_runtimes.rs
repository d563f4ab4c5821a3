//! Nodes whose runtime is dropped without a stop leak no memory and no file descriptor (clause 9).
#![cfg(target_os = "linux")]

use ockam::{Any, Context, NodeBuilder, Result, Routed, TcpTransport, async_worker, route};
use ockam_contract::descriptors::descriptors;
use ockam_contract::hush::hush;
use ockam_contract::pace::soon;
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// The memory that caches may keep, in bytes. It is less than the memory of a connection.
const SLACK_BYTES: usize = 4_096;

fn bytes() -> usize {
    dhat::HeapStats::get().curr_bytes
}

/// Sends a question back to its sender, so that it waits at the connection by which it has come.
struct Mirror;

#[async_worker]
impl ockam::Worker for Mirror {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        let connection = msg
            .return_route()
            .first()
            .expect("it has come by one")
            .clone();
        ctx.forward(msg.with_onward_route(route![connection, "app"]))
            .await
    }
}

/// Answers once, and keeps later questions open.
struct Hesitant(bool);

#[async_worker]
impl ockam::Worker for Hesitant {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        if std::mem::replace(&mut self.0, true) {
            std::future::pending::<()>().await;
        }
        ctx.reply(msg).await
    }
}

/// Starts two connected nodes, with messages and questions in flight at the end.
async fn live() -> Result<[Context; 2]> {
    let server = NodeBuilder::new().start().await?;
    server.start_worker("hesitant", Hesitant(false)).await?;
    server.start_worker("mirror", Mirror).await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", ["hesitant", "mirror", "app"])
        .await?;
    let mut client = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&client)?;
    let connection = tcp.connect(listener.local_address()).await?;
    let route = route![&connection, "hesitant"];
    let answer: String = soon(client.ask(&route, "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    connection.expose("app");
    for route in [route, route![&connection, "mirror"]] {
        let sender = client.sender();
        tokio::spawn(async move { sender.ask::<String>(route, "and now?".to_string()).await });
    }
    assert_eq!(soon(client.receive::<String>()).await?, "and now?");
    for _ in 0..10 {
        let route = route![&connection, "app"];
        client.send_message(route, "hello".to_string()).await?;
    }
    Ok([server, client])
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.expect("a runtime")
}

fn live_and_vanish(times: usize) {
    for time in 0..times {
        let runtime = runtime();
        let contexts = runtime.block_on(live()).expect("nothing fails");
        // A context may be dropped before the runtime or after it.
        if time % 2 == 0 {
            drop(contexts);
            drop(runtime);
        } else {
            drop(runtime);
            drop(contexts);
        }
    }
}

#[test]
fn nodes_whose_runtime_is_dropped_leave_no_memory_and_no_descriptor_behind() {
    let _profiler = dhat::Profiler::builder().testing().build();
    hush();
    live_and_vanish(10);
    let (before, open) = (bytes(), descriptors());
    live_and_vanish(50);
    let left = bytes().saturating_sub(before);
    assert!(left < SLACK_BYTES, "{left} bytes are left");
    assert!(descriptors() <= open);
}
