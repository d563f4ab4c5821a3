use std::future::Future;
use std::sync::Arc;

use harness::{CAPACITY, Echo, Idler, Payload, Threads};
use ockam::{Context, NodeBuilder, Result, Worker, async_worker};

/// Runs a node and, as a task of its runtime, `main`. Then stops the node.
pub(crate) fn run<T, F, Fut>(threads: Threads, make: impl FnOnce(Arc<Context>) -> T, main: F)
where
    F: FnOnce(Arc<T>) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let builder = NodeBuilder::new().mailbox_capacity(CAPACITY);
    let builder = match threads {
        Threads::Current => builder.current_thread(),
        Threads::Two => builder.worker_threads(2),
    };
    let (ctx, mut executor) = builder.build().expect("the node starts");
    let executed = executor.execute(async move {
        let ctx = Arc::new(ctx);
        let main = main(Arc::new(make(ctx.clone())));
        tokio::spawn(main).await.expect("the workload ends well");
        ctx.stop().await
    });
    executed.expect("the node stops");
}

/// A worker that answers.
pub(crate) struct Echoer<M> {
    pub(crate) echo: Echo,
    pub(crate) question: std::marker::PhantomData<M>,
}

#[async_worker]
impl<M: Payload> Worker for Echoer<M> {
    type Message = M;

    async fn initialize(&mut self, _: &mut Context) -> Result<()> {
        self.echo.initialized();
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, question: M) -> Result<()> {
        ctx.reply(self.echo.answer(question)).await
    }
}

/// A worker that counts what it is told.
pub(crate) struct Resting(pub(crate) Idler);

#[async_worker]
impl Worker for Resting {
    type Message = u64;

    async fn initialize(&mut self, _: &mut Context) -> Result<()> {
        self.0.initialized();
        Ok(())
    }

    async fn handle_message(&mut self, _: &mut Context, number: u64) -> Result<()> {
        self.0.count(number);
        Ok(())
    }
}
