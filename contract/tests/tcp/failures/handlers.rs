//! Handlers that fail: the asker gets the kind, the worker and a number, and nothing else is blamed.

use ockam::{Context, Error, ErrorKind, Result, Route, Worker, async_worker, route};
use ockam_contract::pace::soon;
use serde::{Deserialize, Serialize};

use super::refused;
use crate::log_lines::lines_with;
use crate::nodes::{Pair, Setup, pair};
use crate::workers::Echoer;

#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
enum Fails {
    UnknownAddress,
    AddressTaken,
    MailboxFull,
    TimedOut,
    Stopped,
    WrongType,
    Denied,
    NoRoute,
    NoReply,
    OutcomeUnknown,
    InvalidInput,
    Other,
}

impl Fails {
    const ALL: [(Self, ErrorKind); 12] = [
        (Self::UnknownAddress, ErrorKind::UnknownAddress),
        (Self::AddressTaken, ErrorKind::AddressTaken),
        (Self::MailboxFull, ErrorKind::MailboxFull),
        (Self::TimedOut, ErrorKind::TimedOut),
        (Self::Stopped, ErrorKind::Stopped),
        (Self::WrongType, ErrorKind::WrongType),
        // A peer can't tell the two apart.
        (Self::Denied, ErrorKind::UnknownAddress),
        (Self::NoRoute, ErrorKind::NoRoute),
        (Self::NoReply, ErrorKind::NoReply),
        (Self::OutcomeUnknown, ErrorKind::OutcomeUnknown),
        (Self::InvalidInput, ErrorKind::InvalidInput),
        (Self::Other, ErrorKind::Other),
    ];

    fn error(self) -> Error {
        let kind = match self {
            Self::Denied => ErrorKind::Denied,
            other => Self::ALL[other as usize].1,
        };
        Error::new(kind, format!("{self:?} is what its handler failed with"))
    }
}

/// Fails as it is told.
struct Failing;

#[async_worker]
impl Worker for Failing {
    type Message = Fails;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: Fails) -> Result<()> {
        Err(msg.error())
    }
}

/// Passes questions on, and the errors of its askings back.
struct Middle(Route);

#[async_worker]
impl Worker for Middle {
    type Message = Fails;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Fails) -> Result<()> {
        let answer: u64 = ctx.ask(&self.0, msg).await?;
        ctx.reply(answer).await
    }
}

/// Returns the number in the text of an error.
fn number(error: &Error) -> String {
    let text = error.to_string();
    let number = text.split("look for error ").nth(1);
    let number = number.and_then(|rest| rest.split(' ').next());
    number.expect("the error has a number").to_owned()
}

#[tokio::test]
async fn every_kind_stays_what_it_is_and_names_the_worker_and_a_number() -> Result<()> {
    let pair = pair("fails").await?;
    pair.server.start_worker("fails", Failing).await?;
    for (fails, kind) in Fails::ALL {
        let error = refused(&pair, "fails", fails).await;
        assert_eq!(error.kind(), kind, "{error}");
        let text = error.to_string();
        assert!(text.contains("a handler of 0#fails"), "{text}");
        assert!(!text.contains("its handler failed with"), "{text}");
        let lines = lines_with(&format!("(error {})", number(&error)));
        assert_eq!(lines.len(), 1, "{lines:?}");
        let said = format!("{fails:?} is what its handler failed with");
        assert!(lines[0].contains(&said), "{lines:?}");
        assert!(lines[0].contains("0#fails"), "{lines:?}");
    }
    pair.stop().await
}

#[tokio::test]
async fn a_worker_in_the_middle_is_blamed_for_what_it_returns() -> Result<()> {
    let behind = pair("fails").await?;
    behind.server.start_worker("fails", Failing).await?;
    // The middle worker is on the node that is a client of the one and the server of the other.
    let tcp = behind.tcp.clone();
    let listener = tcp.listen("127.0.0.1:0", "middle").await?;
    let middle = Middle(route![&behind.connection, "fails"]);
    behind.client.start_worker("middle", middle).await?;
    let (asker, tcp) = crate::nodes::connecting(Default::default()).await?;
    let connection = tcp.connect(listener.local_address()).await?;
    let asked = asker.ask::<u64>(route![&connection, "middle"], Fails::InvalidInput);
    let error = soon(asked).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let text = error.to_string();
    assert!(text.contains("a handler of 0#middle"), "{text}");
    assert!(!text.contains("0#fails"), "{text}");
    // Its log leads on to the next node.
    let lines = lines_with(&format!("(error {})", number(&error)));
    assert!(lines[0].contains("a handler of 0#fails"), "{lines:?}");
    soon(asker.stop()).await?;
    behind.stop().await
}

#[tokio::test]
async fn a_node_in_the_middle_passes_the_worker_and_the_number_on() -> Result<()> {
    let behind = pair("fails").await?;
    behind.server.start_worker("fails", Failing).await?;
    let address = behind.connection.address().clone();
    let listener = behind.tcp.listen("127.0.0.1:0", address.clone()).await?;
    let (asker, tcp) = crate::nodes::connecting(Default::default()).await?;
    let connection = tcp.connect(listener.local_address()).await?;
    let way = route![&connection, address, "fails"];
    let error = soon(asker.ask::<u64>(way, Fails::TimedOut))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(
        error.to_string().contains("a handler of 0#fails"),
        "{error}"
    );
    let lines = lines_with(&format!("(error {})", number(&error)));
    assert_eq!(lines.len(), 1, "{lines:?}");
    soon(asker.stop()).await?;
    behind.stop().await
}

/// Answers at length.
struct Verbose;

#[async_worker]
impl Worker for Verbose {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply("x".repeat(msg as usize)).await
    }
}

#[tokio::test]
async fn an_answer_that_is_longer_than_a_frame_is_told_to_the_asker() -> Result<()> {
    let setup = Setup {
        server_tcp: ockam::TransportSettings::new().max_frame(10_000),
        ..Setup::default()
    };
    let pair: Pair = setup.start("verbose").await?;
    pair.server.start_worker("verbose", Verbose).await?;
    let error = refused(&pair, "verbose", 20_000_u64).await;
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains("exceeds the limit of 10000"),
        "{error}"
    );
    pair.stop().await
}

/// Answers twice, and tells what became of the second answer.
struct Twice(tokio::sync::mpsc::UnboundedSender<ErrorKind>);

#[async_worker]
impl Worker for Twice {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg.clone()).await?;
        let again = ctx.reply(msg).await.unwrap_err();
        let _ = self.0.send(again.kind());
        Err(again)
    }
}

#[tokio::test]
async fn a_second_answer_has_no_route_on_one_node_and_on_two() -> Result<()> {
    let pair = pair("twice").await?;
    let (told, mut tells) = tokio::sync::mpsc::unbounded_channel();
    pair.server.start_worker("twice", Twice(told)).await?;
    let over_tcp = route![&pair.connection, "twice"];
    for (from, way) in [(&pair.server, route!["twice"]), (&pair.client, over_tcp)] {
        let answer: String = soon(from.ask(way, "hello".to_string())).await?;
        assert_eq!(answer, "hello");
        assert_eq!(soon(tells.recv()).await, Some(ErrorKind::NoRoute));
    }
    soon(pair.server.stop_worker("twice")).await?;
    assert_eq!(pair.server.dead_letters() + pair.client.dead_letters(), 0);
    pair.stop().await
}

/// Answers when it is let, and fails if nobody waits any more.
struct Late(ockam::LocalOnly<tokio::sync::mpsc::UnboundedReceiver<()>>);

#[async_worker]
impl Worker for Late {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        self.0.0.recv().await;
        ctx.reply(msg).await
    }
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_no_dead_letter() -> Result<()> {
    let pair = pair(["late", "echoer"]).await?;
    let (go, gone) = tokio::sync::mpsc::unbounded_channel();
    let late = Late(ockam::LocalOnly(gone));
    pair.server.start_worker("late", late).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let over_tcp = route![&pair.connection, "late"];
    for (from, way) in [(&pair.server, route!["late"]), (&pair.client, over_tcp)] {
        let short = std::time::Duration::from_millis(20);
        let asked = from.ask_timeout::<String>(way, "hello".to_string(), short);
        assert_eq!(soon(asked).await.unwrap_err().kind(), ErrorKind::TimedOut);
        go.send(()).expect("the worker lives");
    }
    soon(pair.server.stop_worker("late")).await?;
    // What was sent before it has been taken in.
    let way = route![&pair.connection, "echoer"];
    let _: String = soon(pair.client.ask(way, "hello".to_string())).await?;
    assert_eq!(pair.server.dead_letters() + pair.client.dead_letters(), 0);
    let lines = lines_with("0#late");
    assert!(
        lines.iter().all(|line| !line.contains("was not handled")),
        "{lines:?}"
    );
    pair.stop().await
}
