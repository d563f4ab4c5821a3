use std::future::Future;

use tokio::runtime::{Builder, Runtime};

use crate::framework::Threads;

/// Runs `main` as a task of a new tokio runtime, for the frameworks that live on one. Everything on
/// the runtime is dropped when this returns.
pub fn run_on_tokio<Fut>(threads: Threads, main: impl FnOnce() -> Fut)
where
    Fut: Future<Output = ()> + Send + 'static,
{
    let runtime = runtime(threads);
    let _inside = runtime.enter();
    let main = runtime.spawn(main());
    runtime.block_on(main).expect("the workload ends well");
}

fn runtime(threads: Threads) -> Runtime {
    let mut builder = match threads {
        Threads::Current => Builder::new_current_thread(),
        Threads::Two => Builder::new_multi_thread(),
    };
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.expect("the system has threads for a runtime")
}
