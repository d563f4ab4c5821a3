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

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("plain", Plain).await?;
    ctx.start_worker("nested", Nested).await?;
    ctx.stop().await
}
