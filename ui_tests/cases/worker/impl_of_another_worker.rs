use ockam::{Context, Result, async_worker};

mod factory {
    #[allow(async_fn_in_trait)]
    pub trait Worker {
        type Message;
        type Context;

        async fn handle_message(
            &mut self,
            ctx: &mut Self::Context,
            msg: Self::Message,
        ) -> ockam::Result<()>;
    }
}

struct Echoer;

#[async_worker]
impl factory::Worker for Echoer {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

fn main() {}
