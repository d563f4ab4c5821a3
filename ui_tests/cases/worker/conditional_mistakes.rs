use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    #[cfg(all())]
    type Mesage = String;

    #[cfg(any())]
    async fn handle_message(&mut self, msg: String) {}

    async fn handle_message(
        &mut self,
        #[cfg(all())] ctx: &mut Context,
        #[cfg(any())] ctx: &mut (),
        msg: String,
        #[cfg(any())] more: u8,
        #[cfg(all())] more: u16,
    ) -> Result<()> {
        ctx.reply(msg).await
    }

    async fn shutdown(&mut self, #[cfg(any())] ctx: &mut Context) -> Result<()> {
        Ok(())
    }
}

fn main() {}
