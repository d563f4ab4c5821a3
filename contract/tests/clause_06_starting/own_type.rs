//! A worker may start workers of its own type.

use ockam::{Context, Result, Worker, async_worker};

/// Starts a tree of its like.
struct Branch(u32);

#[async_worker]
impl Worker for Branch {
    type Message = String;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        let address = ctx.address().clone();
        let name = String::from_utf8_lossy(address.value());
        for side in ["l", "r"].into_iter().filter(|_| self.0 > 0) {
            ctx.start_worker(format!("{name}{side}"), Branch(self.0 - 1))
                .await?;
        }
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[ockam::test]
async fn a_worker_starts_others_of_its_own_type_in_its_initialize(ctx: Context) -> Result<()> {
    ctx.start_worker("t", Branch(3)).await?;
    assert_eq!(ctx.list_workers().len(), 15);
    let answer: String = ctx.ask("tlrl", "here".to_owned()).await?;
    assert_eq!(answer, "here");
    Ok(())
}
