#![deny(warnings)]

use ockam::{Context, Result, Routed, Worker, async_worker};

macro_rules! answer_by_the_return_route {
    () => {
        async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
            ctx.send_message(msg.return_route().clone(), *msg).await
        }
    };
}

macro_rules! say_goodbye {
    () => {
        async fn shutdown(&mut self, ctx: &mut Context) -> Result<()> {
            ctx.send_message("app", "goodbye".to_string()).await
        }
    };
}

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = u64;

    answer_by_the_return_route!();
}

struct Leaver;

#[async_worker]
impl Worker for Leaver {
    type Message = u64;

    say_goodbye!();
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.send_message("echoer", 7_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 7);
    ctx.start_worker("leaver", Leaver).await?;
    ctx.stop_worker("leaver").await?;
    assert_eq!(ctx.receive::<String>().await?, "goodbye");
    ctx.stop().await
}
