#![deny(warnings)]

use ockam::{Context, Result, Routed, Worker, async_worker};

macro_rules! echoer {
    ($name:ident, $worker:path, $message:ty, $taken:ty) => {
        struct $name;

        #[async_worker]
        impl $worker for $name {
            type Message = $message;

            async fn handle_message(&mut self, ctx: &mut Context, msg: $taken) -> Result<()> {
                ctx.reply(msg).await
            }
        }
    };
}

echoer!(Plain, Worker, String, String);
echoer!(Nested, Worker, Routed<String>, Routed<String>);

macro_rules! completed {
    ($impl:item) => {
        #[async_worker]
        $impl
    };
}

struct Whole;

completed! {
    impl Worker for Whole {
        type Message = u64;

        async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
            ctx.reply(*msg).await
        }
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("plain", Plain).await?;
    ctx.start_worker("nested", Nested).await?;
    ctx.start_worker("whole", Whole).await?;
    assert_eq!(ctx.ask::<u64>("whole", 7_u64).await?, 7);
    ctx.stop().await
}
