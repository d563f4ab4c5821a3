//! Messages and workers that are large where they are, not behind a pointer. They travel by value, and each
//! move of one takes its size on the stack, where a thread of a node has 2 MiB.

use ockam::{
    Any, Context, LocalOnly, NodeBuilder, Result, Routed, Worker, WorkerBuilder, async_worker,
};
use ockam_contract::pace::soon;

const BYTES: usize = 64 * 1024;

type Large = LocalOnly<[u8; BYTES]>;

fn large(byte: u8) -> Large {
    LocalOnly([byte; BYTES])
}

/// Answers with what it gets. It is as large as its messages.
struct Echoer([u8; BYTES]);

#[async_worker]
impl Worker for Echoer {
    type Message = Large;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Large) -> Result<()> {
        self.0[0] = msg[BYTES - 1];
        ctx.reply(msg).await
    }
}

/// Answers messages of any type.
struct AnyEchoer;

#[async_worker]
impl Worker for AnyEchoer {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        ctx.reply(msg.into_body()).await
    }
}

/// Checks that a future takes no more than twice what it carries.
#[track_caller]
fn is_small<T>(future: &T, carried: usize) {
    let size = size_of_val(future);
    assert!(size <= 2 * carried, "{size} bytes carry {carried}");
}

fn last(message: &Large) -> u8 {
    message[BYTES - 1]
}

#[test]
fn a_future_is_no_more_than_twice_what_it_carries() -> Result<()> {
    on_a_thread_of_a_node(|| async {
        let mut ctx = NodeBuilder::new().start().await?;
        let echoer = ctx.start_worker("echoer", Echoer([0; BYTES])).await?;
        let sender = ctx.sender();
        is_small(&ctx.send_message("echoer", large(1)), BYTES);
        is_small(&ctx.ask::<Large>("echoer", large(1)), BYTES);
        is_small(&sender.send_message("echoer", large(1)), BYTES);
        is_small(&sender.ask::<Large>("echoer", large(1)), BYTES);
        is_small(&echoer.send(large(1)), BYTES);
        is_small(&echoer.ask::<Large>(large(1)), BYTES);
        is_small(&ctx.reply(large(1)), BYTES);
        is_small(&ctx.start_worker("another", Echoer([0; BYTES])), BYTES);
        is_small(&WorkerBuilder::new("a", Echoer([0; BYTES])).start(&ctx), BYTES);
        is_small(&ctx.receive::<Large>(), BYTES);
        soon(ctx.stop()).await
    })
}

#[test]
fn they_go_wherever_small_ones_go() -> Result<()> {
    on_a_thread_of_a_node(|| async {
        let mut ctx = NodeBuilder::new().start().await?;
        let echoer = ctx.start_worker("echoer", Echoer([0; BYTES])).await?;
        let small = WorkerBuilder::new("small", Echoer([0; BYTES])).mailbox_capacity(1);
        small.start(&ctx).await?;
        ctx.start_worker("any", AnyEchoer).await?;
        let sender = ctx.sender();
        for worker in ["echoer", "small", "any"] {
            assert_eq!(last(&soon(ctx.ask::<Large>(worker, large(1))).await?), 1);
            assert_eq!(last(&soon(sender.ask::<Large>(worker, large(2))).await?), 2);
            for number in 0..4 {
                soon(ctx.send_message(worker, large(number))).await?;
                soon(sender.send_message(worker, large(number))).await?;
            }
            for _ in 0..8 {
                let received = soon(ctx.receive::<Large>()).await?;
                assert!(last(&received) < 4);
            }
        }
        assert_eq!(last(&soon(echoer.ask::<Large>(large(3))).await?), 3);
        soon(echoer.send(large(4))).await?;
        ctx.try_send("echoer", large(5))?;
        assert!(ctx.try_send("nobody", large(5)).is_err());
        soon(ctx.stop_worker("echoer")).await?;
        assert!(soon(ctx.ask::<Large>("echoer", large(6))).await.is_err());
        soon(ctx.stop()).await
    })
}

/// Runs a test on a stack of 2 MiB, whatever the test harness has.
fn on_a_thread_of_a_node<F: Future<Output = Result<()>>>(
    test: impl FnOnce() -> F + Send + 'static,
) -> Result<()> {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let run = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        runtime.block_on(test())
    };
    let ended = thread.spawn(run)?.join();
    ended.expect("the test doesn't panic")
}
