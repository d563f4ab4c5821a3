use ockam::{Context, Result};

mod text {
    use super::*;

    #[ockam::node(worker_threads = "4", name = worker, crate = my_ockam)]
    async fn main(ctx: Context) -> Result<()> {
        ctx.stop().await
    }
}

mod numbers {
    use super::*;

    #[ockam::node(worker_threads = 0, name = 7, crate = "my-ockam")]
    async fn main(ctx: Context) -> Result<()> {
        ctx.stop().await
    }
}

mod missing {
    use super::*;

    #[ockam::node(worker_threads, name = "", crate)]
    async fn main(ctx: Context) -> Result<()> {
        ctx.stop().await
    }
}

mod superfluous {
    use super::*;

    #[ockam::node(current_thread = true)]
    async fn main(ctx: Context) -> Result<()> {
        ctx.stop().await
    }
}

fn main() {}
