#![deny(warnings)]

use std::fmt::Display;

use ockam::{Context, Message, Result, Worker, async_worker};

struct Printer<M, const TIMES: usize> {
    last: Option<M>,
}

#[async_worker]
impl<M: Message, const TIMES: usize> Worker for Printer<M, TIMES>
where
    M: Display + Clone,
{
    type Message = M;

    async fn handle_message(&mut self, ctx: &mut Context, msg: M) -> Result<()> {
        self.last = Some(msg.clone());
        ctx.reply(msg.to_string().repeat(TIMES)).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("printer", Printer::<u8, 2> { last: None })
        .await?;
    let printed: String = ctx.ask("printer", 7u8).await?;
    assert_eq!(printed, "77");
    ctx.stop().await
}
