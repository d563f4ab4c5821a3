#![deny(warnings)]

use ockam::{Context, Result, Routed, Worker, async_worker};

macro_rules! worker {
    ($name:ident, $message:item, $life:lifetime, $method:item) => {
        struct $name;

        #[async_worker]
        impl Worker for $name {
            $message
            $method

            async fn initialize<$life>(&$life mut self, _: &mut Context) -> Result<()> {
                Ok(())
            }
        }
    };
}

worker!(
    Echoer,
    type Message = u64;,
    'a,
    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        ctx.send_message(msg.return_route().clone(), *msg).await
    }
);

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.send_message("echoer", 7_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 7);
    ctx.stop().await
}
