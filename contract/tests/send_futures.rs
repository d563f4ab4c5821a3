//! Every future of the public API can be spawned, and the public types are `Send` and `Sync` where they
//! should be. The compiler checks this: a test that fails does not build.

use std::time::Duration;

use ockam::{
    Address, Addresses, Any, Context, Error, Executor, LocalOnly, NodeBuilder, Result, Route,
    Routed, Sender, StopReport, StreamReply, Streaming, Worker, WorkerBuilder, WorkerHandle, route,
};

fn send<T: Send>(_: &T) {}

fn send_and_sync<T: Send + Sync>() {}

fn send_sync_static<T: Send + Sync + 'static>() {}

struct Idle;

impl Worker for Idle {
    type Message = u64;
    type Context = Context;
}

#[test]
fn what_a_program_holds_can_travel() {
    send_sync_static::<Context>();
    send_sync_static::<Sender>();
    send_sync_static::<WorkerHandle<u64>>();
    send_sync_static::<WorkerHandle<LocalOnly<std::cell::Cell<u64>>>>();
    send_sync_static::<Error>();
    send_sync_static::<Address>();
    send_sync_static::<Addresses>();
    send_sync_static::<Route>();
    send_sync_static::<StopReport>();
    send_sync_static::<StreamReply<LocalOnly<std::cell::Cell<u64>>>>();
    send_sync_static::<Streaming<u64>>();
    send_and_sync::<NodeBuilder>();
    send_and_sync::<WorkerBuilder<Idle>>();
    send_and_sync::<Routed<u64>>();
    send(&Any::new(1_u64));
    fn sendable<T: Send>() {}
    sendable::<Executor>();
}

/// This is never called. It is enough that it builds.
fn all_futures(ctx: &mut Context, sender: &Sender, handle: &WorkerHandle<u64>, msg: Routed<u64>) {
    let second = Duration::from_secs(1);
    send(&ctx.send_message("a", 1_u64));
    send(&ctx.send_message(route!["a", "b"], 1_u64));
    send(&ctx.ask::<u64>("a", 1_u64));
    send(&ctx.ask_timeout::<u64>("a", 1_u64, second));
    send(&ctx.reply(1_u64));
    send(&ctx.ask_stream::<u64>("a", 1_u64));
    send(&ctx.reply_stream(tokio_stream::empty::<u64>()));
    send(&ctx.stream_reply::<u64>());
    send(&ctx.forward(msg));
    send(&ctx.receive::<u64>());
    send(&ctx.receive_timeout::<u64>(second));
    send(&ctx.receive_matching::<u64>(|_| true));
    send(&ctx.start_worker("a", Idle));
    send(&WorkerBuilder::new("a", Idle).start(ctx));
    send(&ctx.stop_worker("a"));
    send(&ctx.kill_worker("a"));
    send(&ctx.stop());
    send(&sender.send_message("a", 1_u64));
    send(&sender.ask::<u64>("a", 1_u64));
    send(&sender.ask_timeout::<u64>("a", 1_u64, second));
    send(&handle.send(1));
    send(&handle.ask::<u64>(1));
    send(&handle.ask_timeout::<u64>(1, second));
    send(&handle.stop());
    send(&NodeBuilder::new().start());
}

/// A message that can be sent between threads but not shared.
#[tokio::test]
async fn a_message_need_not_be_sync() -> Result<()> {
    let _ = all_futures;
    let mut ctx = NodeBuilder::new().start().await?;
    let message = LocalOnly(std::cell::Cell::new(7_u64));
    let sending = ctx.send_message("app", message);
    send(&sending);
    sending.await?;
    let received = ctx.receive::<LocalOnly<std::cell::Cell<u64>>>().await?;
    assert_eq!(received.get(), 7);
    Ok(())
}
