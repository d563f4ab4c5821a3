//! Clause 5 over a connection: what is refused on one node is refused between nodes, unless the two types
//! have the same shape. What has no form on the wire is refused when it is sent.

use ockam::{Any, ErrorKind, Message, Result, Worker, async_worker, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;
use ockam_contract::raw::Raw;
use ockam_contract::recorder::Recorder;
use ockam_transport::{Extension, TransportMessage};
use serde::{Deserialize, Deserializer, Serialize};

use crate::nodes::{listening, pair};
use crate::workers::quiet;

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Envelope<T> {
    content: T,
}

mod sent {
    use super::*;

    #[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
    pub(super) struct Transfer {
        pub(super) from: u64,
        pub(super) to: u64,
    }

    #[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
    pub(super) enum Deal {
        Buy,
        Sell,
    }
}

mod taken {
    use super::*;

    #[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
    pub(super) struct Transfer {
        pub(super) to: u64,
        pub(super) from: u64,
    }

    #[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
    pub(super) enum Deal {
        Hold,
        Buy,
        Sell,
    }
}

/// Sends a message to a worker of another type, on its node and over a connection, alone and in a run.
/// Returns the error that the asker gets between the nodes.
async fn refused<S: Message + Clone, T: Message>(message: S) -> Result<String> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<T>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let local = pair.server.ask::<()>("recorder", message.clone()).await;
    assert_eq!(
        local.map_err(|error| error.kind()),
        Err(ErrorKind::WrongType)
    );

    let route = route![&pair.connection, "recorder"];
    for _ in 0..3 {
        pair.client.send_message(&route, message.clone()).await?;
    }
    let asked = soon(pair.client.ask::<()>(&route, message)).await;
    let error = asked.expect_err("it is another type");
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error}");
    assert!(received.try_recv().is_err(), "nothing arrives");
    pair.stop().await?;
    Ok(format!("{error:#}"))
}

#[tokio::test]
async fn what_is_refused_on_one_node_is_refused_between_nodes() -> Result<()> {
    let says = |error: String, what: &str| assert!(error.contains(what), "{what} in {error}");
    let error = refused::<_, Envelope<u64>>(Envelope { content: -1_i64 }).await?;
    says(
        error,
        "another `Envelope` than the one that was sent: field 1 of `Envelope` is `content: u64`, not `content: i64`",
    );
    let (from, to) = (1, 2);
    let error = refused::<_, taken::Transfer>(sent::Transfer { from, to }).await?;
    says(error, "field 1 of `Transfer` is `to: u64`, not `from: u64`");
    let error = refused::<_, taken::Deal>(sent::Deal::Sell).await?;
    says(error, "variant 1 of `Deal` is `Hold`, not `Buy`");
    let error = refused::<_, Result<u8, u8>>(Ok::<i8, u8>(-1)).await;
    says(error?, "variant 1 of `Result` is `Ok(u8)`, not `Ok(i8)`");
    says(
        refused::<_, (u8, u8)>((1_u8, -1_i8)).await?,
        "it has `[u8; 2]`, not `(u8, i8)`",
    );
    says(
        refused::<_, Vec<Option<u8>>>(vec![Some(1_i8)]).await?,
        "list<option<u8>>",
    );
    let bytes = std::collections::VecDeque::from([1_u8, 7]);
    says(refused::<_, Vec<u8>>(bytes.clone()).await?, "raw bytes");
    says(
        refused::<_, std::collections::VecDeque<u8>>(Vec::from(bytes)).await?,
        "raw bytes",
    );
    Ok(())
}

#[tokio::test]
async fn the_same_shape_is_the_same_type() -> Result<()> {
    mod elsewhere {
        use super::*;

        #[derive(Serialize, Deserialize, Debug, PartialEq)]
        pub(super) struct Transfer {
            pub(super) from: Box<u64>,
            pub(super) to: usize,
        }
    }

    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<elsewhere::Transfer>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let route = route![&pair.connection, "recorder"];
    let (from, to) = (1, 2);
    pair.client
        .send_message(route, sent::Transfer { from, to })
        .await?;
    let (from, to) = (Box::new(1), 2);
    let expected = elsewhere::Transfer { from, to };
    assert_eq!(soon(received.recv()).await, Some(expected));
    pair.stop().await
}

/// Answers with a type that only looks like the one that the asker waits for.
struct Bank;

#[async_worker]
impl Worker for Bank {
    type Message = sent::Transfer;

    async fn handle_message(
        &mut self,
        ctx: &mut ockam::Context,
        _msg: sent::Transfer,
    ) -> Result<()> {
        ctx.reply(taken::Transfer { to: 1, from: 2 }).await
    }
}

#[tokio::test]
async fn an_answer_of_another_shape_is_an_error() -> Result<()> {
    let pair = pair("bank").await?;
    pair.server.start_worker("bank", Bank).await?;
    let (from, to) = (1, 2);
    let route = route![&pair.connection, "bank"];
    let asked = pair
        .client
        .ask::<sent::Transfer>(route, sent::Transfer { from, to });
    let error = soon(asked).await.expect_err("it is another type");
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error:#}");
    let text = format!("{error:#}");
    // Both nodes are in this process, which therefore knows both shapes.
    let differs = "field 1 of `Transfer` is `to: u64`, not `from: u64`";
    assert!(
        text.contains("another `Transfer`") && text.contains(differs),
        "{text}"
    );
    pair.stop().await
}

/// Looks at what passes as one type, and then as another one.
struct Reader;

#[async_worker]
impl Worker for Reader {
    type Message = Any;

    async fn handle_message(
        &mut self,
        ctx: &mut ockam::Context,
        msg: ockam::Routed<Any>,
    ) -> Result<()> {
        let seen = (msg.is::<taken::Transfer>(), msg.is::<sent::Transfer>());
        ctx.reply(seen).await
    }
}

#[tokio::test]
async fn the_shape_stays_with_a_message_that_passes_on() -> Result<()> {
    let pair = pair(["hop", "reader", "recorder"]).await?;
    let (recorder, mut received) = Recorder::<taken::Transfer>::new();
    pair.server.start_worker("recorder", recorder).await?;
    pair.server.start_worker("reader", Reader).await?;
    pair.server.start_worker("hop", Hop).await?;
    let transfer = || sent::Transfer { from: 1, to: 2 };
    for last in ["reader", "recorder"] {
        let route = route![&pair.connection, "hop", last];
        let asked = soon(pair.client.ask::<(bool, bool)>(route, transfer())).await;
        match last {
            "reader" => assert_eq!(asked?, (false, true)),
            _ => assert_eq!(asked.unwrap_err().kind(), ErrorKind::WrongType),
        }
    }
    assert!(received.try_recv().is_err());
    pair.stop().await
}

#[tokio::test]
async fn a_peer_that_says_nothing_of_shapes_is_believed() -> Result<()> {
    let (server, listener) = listening(ockam::TransportSettings::new(), "recorder").await?;
    let (recorder, mut received) = Recorder::<sent::Transfer>::new();
    server.start_worker("recorder", recorder).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    let payload = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
    let shape = ockam_body::Shape::of::<sent::Transfer>().fingerprint();
    for (type_name, shape, arrives) in [
        (None, None, true),
        (Some("Transfer"), None, true),
        (Some("Transfer"), shape, true),
        (None, shape, true),
        (Some("Deal"), None, false),
        (Some("Transfer"), Some(7), false),
    ] {
        raw.send(&TransportMessage {
            onward: route!["recorder"],
            return_route: route!["raw"],
            payload: &payload,
            extension: Some(Extension {
                type_name,
                shape,
                ..Extension::default()
            }),
            ..TransportMessage::default()
        })
        .await;
        if arrives {
            let expected = sent::Transfer { from: 1, to: 2 };
            assert_eq!(soon(received.recv()).await, Some(expected));
        } else {
            let refused = raw.next().await.expect("a report").failure;
            assert_eq!(refused.map(|(kind, _)| kind), Some(ErrorKind::WrongType));
        }
    }
    drop(raw);
    soon(server.stop()).await
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
enum Player {
    Play,
    #[serde(skip)]
    #[allow(dead_code)]
    Secret,
    Pause,
    Erase,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct Sparse {
    #[serde(skip_serializing, default)]
    left_out: u8,
    text: String,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(tag = "kind")]
enum Tagged {
    One { number: u8 },
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Deep(Option<Box<Deep>>);

/// Checks that a message is refused where it is sent, comes back, and why.
async fn can_not_leave<M: Message + Clone>(message: M, why: &str) -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<M>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let route = route![&pair.connection, "recorder"];
    let sent = pair.client.send_message(&route, message.clone()).await;
    let mut error = sent.expect_err("it has no form");
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:#}");
    assert!(format!("{error:#}").contains(why), "{error:#}");
    assert!(error.take::<M>().is_some(), "it comes back");
    assert!(
        soon(pair.client.ask::<()>(&route, message.clone()))
            .await
            .is_err()
    );
    // On its own node, it goes where it is sent.
    pair.server.send_message("recorder", message).await?;
    assert!(soon(received.recv()).await.is_some());
    assert!(received.try_recv().is_err());
    pair.stop().await
}

#[tokio::test]
async fn what_has_no_form_is_refused_where_it_is_sent() -> Result<()> {
    can_not_leave(
        Player::Pause,
        "the variant `Pause` would be read as `Erase`",
    )
    .await?;
    can_not_leave(
        Sparse::default(),
        "the field `left_out` is read but not written",
    )
    .await?;
    can_not_leave(
        Tagged::One { number: 1 },
        "in a format that describes itself",
    )
    .await?;
    can_not_leave(serde_json::json!([1]), "in a format that describes itself").await?;
    can_not_leave(vec![(); 2_000], "more than 1024 elements take no bytes").await?;
    let deep = (0..200).fold(Deep(None), |inner, _| Deep(Some(Box::new(inner))));
    can_not_leave(deep, "more than 128 values are inside each other").await
}

/// Its `Deserialize` panics with all values that a message doesn't have.
#[derive(Serialize, Debug, PartialEq, Clone)]
struct Nervous(u64);

impl<'de> Deserialize<'de> for Nervous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer) {
            Ok(large @ 1_000..) => Ok(Self(large)),
            _ => std::panic::panic_any("on purpose"),
        }
    }
}

/// Sends a message whose `Deserialize` panics if there is nothing to read.
struct Sender(ockam::Route);

#[async_worker]
impl Worker for Sender {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut ockam::Context, msg: u64) -> Result<()> {
        ctx.send_message(&self.0, (Nervous(msg), Nervous(msg)))
            .await
    }
}

#[tokio::test]
async fn a_deserialize_that_panics_does_not_take_the_sender_down() -> Result<()> {
    quiet();
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<(Nervous, Nervous)>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let sender = Sender(route![&pair.connection, "recorder"]);
    pair.client.start_worker("sender", sender).await?;
    for number in [1_000, 2_000] {
        pair.client.send_message("sender", number).await?;
        let expected = (Nervous(number), Nervous(number));
        assert_eq!(soon(received.recv()).await, Some(expected));
    }
    pair.stop().await
}
