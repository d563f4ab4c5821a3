//! `#[ockam::test]` makes a test of every legitimate form.

use std::process::ExitCode;

use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[ockam::test]
async fn a_test_runs_on_a_node(ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    let reply: String = ctx.ask("echoer", "hello".to_string()).await?;
    assert_eq!(reply, "hello");
    Ok(())
}

#[ockam::test(worker_threads = 2, name = "busy")]
async fn a_test_takes_settings(ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.stop().await
}

#[ockam::test]
async fn a_test_needs_no_argument() -> ExitCode {
    ExitCode::SUCCESS
}

#[ockam::test]
#[should_panic(expected = "nowhere")]
async fn an_error_fails_the_test(ctx: Context) -> Result<()> {
    ctx.send_message("nowhere", "hello".to_string()).await
}

#[ockam::test]
#[should_panic(expected = "as it should")]
async fn a_panic_fails_the_test() {
    panic!("as it should");
}

#[ockam::test]
#[should_panic(expected = "the test failed")]
async fn an_exit_code_fails_the_test() -> ExitCode {
    ExitCode::FAILURE
}

/// A test keeps what is written above it.
#[ockam::test]
#[ignore = "ignored tests stay ignored"]
async fn attributes_survive() {
    panic!("never run");
}
