#![deny(warnings)]

use ockam::{Context, ErrorKind, Result, Worker};

struct Quiet;

impl Worker for Quiet {
    type Message = u64;
    type Context = Context;
}

#[ockam::node(
    worker_threads = 2,
    name = "settings",
    mailbox_capacity = 2,
    blocking_threads = 1,
    ask_timeout = "5ms",
    stop_timeout = "60s",
    block_warning = "1s",
    histograms,
    crate = "ockam"
)]
async fn main(ctx: Context) -> Result<()> {
    let silent = ctx.open("silent")?;
    let asked = ctx.ask::<u64>("silent", 1_u64).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    ctx.try_send("silent", 2_u64)?;
    let refused = ctx.try_send("silent", 3_u64).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::MailboxFull);
    drop(silent);
    ctx.start_worker("quiet", Quiet).await?;
    assert!(ctx.inspect_worker("quiet")?.handler_times.is_some());
    ctx.stop().await
}
