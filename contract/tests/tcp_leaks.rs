//! Nodes with a listener and a connection are started and stopped (clause 9). They leak no tasks,
//! memory or file descriptors.
#![cfg(target_os = "linux")]

use ockam::{Context, ErrorKind, NodeBuilder, Result, TcpTransport, async_worker, route};
use ockam_contract::descriptors::descriptors;
use ockam_contract::eventually::eventually;
use ockam_contract::hush::hush;
use ockam_contract::pace::{poll_once, soon};
use tokio::runtime::{Builder, Handle};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// The memory that caches may keep, in bytes. It is less than the memory of a connection.
const SLACK_BYTES: usize = 4_096;

fn bytes() -> usize {
    dhat::HeapStats::get().curr_bytes
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// Answers.
struct Echoer;

#[async_worker]
impl ockam::Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

/// Starts two nodes, uses connections between them in all ways that could leak something, and stops
/// them, the one that listens first or last.
async fn live(server_first: bool) -> Result<()> {
    let server = NodeBuilder::new().start().await?;
    server.start_worker("echoer", Echoer).await?;
    let server_tcp = TcpTransport::new(&server)?;
    let listener = server_tcp.listen("127.0.0.1:0", ["echoer", "app"]).await?;
    let address = listener.local_address();
    let mut client = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&client)?;
    let connection = tcp.connect(address).await?;
    let route = route![&connection, "echoer"];
    let answer: String = soon(client.ask(&route, "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    client.send_message(&route, "hello".to_string()).await?;
    assert_eq!(soon(client.receive::<String>()).await?, "hello");

    // A closed connection, one on first use, two that fail, and two whose futures are dropped.
    let closed = tcp.connect(address).await?;
    soon(closed.close()).await;
    let typed: ockam::Route = format!("1#{address} => echoer").parse()?;
    let _: String = soon(client.ask(typed, "hello".to_string())).await?;
    let error = soon(client.ask::<u64>(&route, 7_u64)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType);
    let stopped = server_tcp.listen("127.0.0.1:0", "echoer").await?;
    stopped.stop().await;
    let mut dropped = Box::pin(tcp.connect(address));
    let _ = poll_once(&mut dropped).await;
    drop(dropped);
    // An open ask and queued messages at the end.
    let (sender, app) = (client.sender(), route![&connection, "app"]);
    let mut asked = Box::pin(sender.ask::<u64>(app, 7_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    for _ in 0..10 {
        client.send_message(&route, "hello".to_string()).await?;
    }
    let nodes = if server_first {
        [&server, &client]
    } else {
        [&client, &server]
    };
    for node in nodes {
        soon(node.stop()).await?;
    }
    assert!(soon(asked).await.is_err());
    Ok(())
}

async fn live_and_die(times: usize) {
    for time in 0..times {
        live(time % 2 == 0).await.expect("nothing fails");
    }
}

#[test]
fn two_hundred_pairs_of_nodes_leave_no_task_no_memory_and_no_descriptor_behind() {
    let _profiler = dhat::Profiler::builder().testing().build();
    hush();
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        live_and_die(20).await;
        eventually("the tasks of the first nodes end", || tasks() == 0).await;
        let (before, open) = (bytes(), descriptors());
        live_and_die(200).await;
        eventually("the tasks of all nodes end", || tasks() == 0).await;
        eventually("their memory is free", || bytes() < before + SLACK_BYTES).await;
        eventually("their sockets are closed", || descriptors() <= open).await;
    });
}
