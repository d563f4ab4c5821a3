//! Rules for processors.

use ockam::{Allow, Context, ErrorKind, Processor, ProcessorBuilder, Result};

use super::assert_denied;

/// Takes a message, passes it on to `app` and to `other`, and tells `app` how that went.
struct Copier;

impl Processor for Copier {
    type Context = Context;

    async fn process(&mut self, ctx: &mut Context) -> Result<bool> {
        let word = ctx.receive::<String>().await?.into_body();
        let sent = ctx.send_message("other", word.clone()).await;
        let kind = sent.err().map(|error| error.kind().to_string());
        ctx.send_message("app", (word, kind)).await?;
        Ok(true)
    }
}

#[ockam::test]
async fn a_processor_has_rules_for_both_ways(mut ctx: Context) -> Result<()> {
    let clerk = ctx.open("clerk")?;
    let _other = ctx.open("other")?;
    ProcessorBuilder::new("copier", Copier)
        .incoming(Allow::only(["clerk"]))
        .outgoing(Allow::only(["app"]))
        .start(&ctx)
        .await?;
    let sent = ctx.send_message("copier", "mine".to_owned()).await;
    assert_denied(sent, "mine");
    clerk.send_message("copier", "yours".to_owned()).await?;
    let told = ctx.receive::<(String, Option<String>)>().await?.into_body();
    let denied = ErrorKind::Denied.to_string();
    assert_eq!(told, ("yours".to_owned(), Some(denied)));
    ctx.stop_worker("copier").await
}

#[ockam::test]
async fn who_may_send_to_a_processor_can_be_looked_up(ctx: Context) -> Result<()> {
    ProcessorBuilder::new("copier", Copier)
        .admit(std::time::Duration::MAX, async |_| Ok(false))
        .start(&ctx)
        .await?;
    assert_denied(ctx.send_message("copier", "mine".to_owned()).await, "mine");
    ctx.stop_worker("copier").await
}
