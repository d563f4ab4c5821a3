//! Replies to messages of a peer that doesn't take them: the worker that replies never waits for it.

use ockam::{Context, ErrorKind, Result, TransportSettings, Worker, route};
use ockam_contract::pace::soon;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::CREDIT_MESSAGES;
use crate::nodes::listening;
use crate::raw::Raw;

/// Replies to each message, and tells what came of it.
struct Replies(UnboundedSender<Option<ErrorKind>>);

impl Worker for Replies {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Vec<u8>) -> Result<()> {
        let replied = ctx.reply(msg).await;
        let _ = self.0.send(replied.err().map(|error| error.kind()));
        Ok(())
    }
}

#[tokio::test]
async fn a_reply_beyond_the_credit_of_a_peer_is_refused_at_once() -> Result<()> {
    const BEYOND: u64 = 10;
    let (server, listener) = listening(TransportSettings::new(), ["replies"]).await?;
    let (told, mut outcomes) = unbounded_channel();
    server.start_worker("replies", Replies(told)).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    // The peer grants nothing, and could have asked instead: the worker can't know.
    for _ in 0..CREDIT_MESSAGES + BEYOND {
        raw.tell(route!["replies"], route!["raw"], b"tell").await;
    }
    let begun = tokio::time::Instant::now();
    for number in 0..CREDIT_MESSAGES + BEYOND {
        let outcome = soon(outcomes.recv()).await.expect("the worker lives");
        let is_refused = number >= CREDIT_MESSAGES;
        assert_eq!(
            outcome,
            is_refused.then_some(ErrorKind::MailboxFull),
            "{number}"
        );
    }
    // A send would have waited for 30 s.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    // An answer needs no credit.
    raw.ask(route!["replies"], route!["raw"], b"ask").await;
    assert_eq!(soon(outcomes.recv()).await, Some(None));
    soon(server.stop()).await
}
