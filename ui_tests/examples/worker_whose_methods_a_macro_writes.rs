#![deny(warnings)]

use ockam::{Context, Result, Routed, Worker, async_worker};

macro_rules! answer_by_the_return_route {
    () => {
        async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
            ctx.send_message(msg.return_route().clone(), *msg).await
        }
    };
}

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = u64;

    answer_by_the_return_route!();
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.send_message("echoer", 7_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 7);
    ctx.stop().await
}
