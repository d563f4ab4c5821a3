//! Answers and first messages that fail.

use ockam::{Context, Error, ErrorKind, Result, Route, Worker, async_worker, route};
use ockam_contract::pace::soon;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::refused;
use crate::nodes::pair;
use crate::workers::Sends;

/// Answers with the number of bytes that the question asks for.
struct Verbose;
#[async_worker]
impl Worker for Verbose {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut ockam::Context, msg: u64) -> Result<()> {
        ctx.reply("x".repeat(msg as usize)).await
    }
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_an_error_for_both_sides() -> Result<()> {
    let pair = pair("verbose").await?;
    pair.server.start_worker("verbose", Verbose).await?;
    let error = refused(&pair, "verbose", 17 * 1024 * 1024_u64).await;
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let answer: String = soon(pair.client.ask(route![&pair.connection, "verbose"], 3_u64)).await?;
    assert_eq!(answer, "xxx");
    pair.stop().await
}

#[tokio::test]
async fn an_answer_that_finds_nobody_is_reported_to_the_worker_that_gave_it() -> Result<()> {
    let pair = pair("app").await?;
    let home = pair.client.open("home")?;
    home.send_message(route![&pair.connection, "app"], 7_u64)
        .await?;
    let mut server = pair.server;
    let back = soon(server.receive::<u64>()).await?.return_route().clone();
    drop(home);
    let (sends, mut failures) = Sends::<u64>::new(back);
    server.start_worker("sends", sends).await?;
    server.send_message("sends", 8_u64).await?;
    let failure = soon(failures.recv()).await.expect("the worker lives");
    assert_eq!(failure.kind(), ErrorKind::UnknownAddress, "{failure}");
    assert!(failure.to_string().contains("0#home"), "{failure}");
    soon(pair.client.stop()).await?;
    soon(server.stop()).await
}

/// Sends a message when it starts. It gets no messages, only the failure of that one.
struct Announces {
    route: Route,
    told: UnboundedSender<ErrorKind>,
}

#[async_worker]
impl Worker for Announces {
    type Message = u64;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.send_message(self.route.clone(), 7_u64).await
    }

    async fn undelivered(&mut self, _ctx: &mut Context, failure: Error) -> Result<()> {
        let _ = self.told.send(failure.kind());
        Ok(())
    }
}

#[tokio::test]
async fn a_worker_without_messages_gets_the_failures_of_its_own() -> Result<()> {
    let pair = pair("nobody").await?;
    let (told, mut tells) = unbounded_channel();
    let route = route![&pair.connection, "nobody"];
    let announces = Announces { route, told };
    pair.client.start_worker("announces", announces).await?;
    assert_eq!(soon(tells.recv()).await, Some(ErrorKind::UnknownAddress));
    pair.stop().await
}
