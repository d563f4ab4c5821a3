//! The methods of `Worker` in the impl of a protocol.

use ockam::{Context, Error, ErrorKind, Result, protocol};

#[protocol]
trait Diary {
    async fn note(&mut self, ctx: &mut Context, text: String) -> Result<()>;
}

#[derive(Default)]
struct Paper(Vec<String>);

impl Diary for Paper {
    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        self.0.push("begun".to_string());
        Ok(())
    }

    async fn note(&mut self, _ctx: &mut Context, text: String) -> Result<()> {
        self.0.push(text);
        Ok(())
    }

    async fn shutdown(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.send_message("app", self.0.join(", ")).await
    }
}

struct Burnt;

impl Diary for Burnt {
    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        Err(Error::new(ErrorKind::Other, "it is burnt"))
    }

    async fn note(&mut self, _ctx: &mut Context, _text: String) -> Result<()> {
        unreachable!("it doesn't start")
    }
}

#[ockam::test]
async fn an_impl_is_initialised_and_shut_down(mut ctx: Context) -> Result<()> {
    ctx.start_worker("diary", DiaryWorker(Paper::default()))
        .await?;
    DiaryClient::new(&ctx, "diary")
        .note("sunny".to_string())
        .await?;
    ctx.stop_worker("diary").await?;
    assert_eq!(ctx.receive::<String>().await?, "begun, sunny");
    Ok(())
}

#[ockam::test]
async fn an_impl_that_does_not_initialise_does_not_start(ctx: Context) -> Result<()> {
    let started = ctx.start_worker("diary", DiaryWorker(Burnt)).await;
    assert!(started.unwrap_err().to_string().contains("it is burnt"));
    assert!(ctx.list_workers().is_empty());
    Ok(())
}
