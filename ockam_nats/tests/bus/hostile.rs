//! Somebody on the bus who may publish anything.

use std::time::Duration;

use async_nats::{Client, HeaderMap, jetstream};
use ockam::{Address, Context, Result, Worker, async_worker, route};

use crate::kit::{Server, node, server};

struct Doubler;

#[async_worker]
impl Worker for Doubler {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        ctx.reply(2 * number).await
    }
}

async fn attacker(server: &Server) -> Client {
    async_nats::connect(server.url())
        .await
        .expect("the server lets anybody in")
}

fn hello() -> Vec<u8> {
    let mut hello = vec![1, 1];
    hello.extend(u64::MAX.to_be_bytes());
    hello
}

async fn is_answered(ctx: &Context, address: &Address) {
    for number in 0..10_u64 {
        let answer = ctx
            .ask::<u64>(route![address.clone(), "doubler"], number)
            .await;
        assert_eq!(answer.expect("honest nodes are answered"), 2 * number);
    }
}

/// Starts two nodes of which one asks a worker of the other, at the address.
async fn pair(server: &Server) -> Result<(Context, Context, Address)> {
    let (back, back_nats) = node(server, "back").await?;
    back.start_worker("doubler", Doubler).await?;
    back_nats.expose("doubler");
    let (front, nats) = node(server, "front").await?;
    let address = nats.node("back");
    is_answered(&front, &address).await;
    Ok((back, front, address))
}

#[tokio::test]
async fn a_node_publishes_nothing_to_a_subject_that_is_no_stream() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, _nats) = node(&server, "back").await?;
    let attacker = attacker(&server).await;
    // A message there, whatever is in it, deletes what was kept of the names.
    let purge = "$JS.API.STREAM.PURGE.KV_ockam-names";
    let mut overheard = attacker
        .subscribe("$JS.API.STREAM.PURGE.>")
        .await
        .expect("it may");
    for reply in [purge, "ockam.back.1.x.y", "ockam.*.1.x", "elsewhere"] {
        let hello = attacker.publish_with_reply("ockam.back.hello", reply, hello().into());
        hello.await.expect("it may");
    }
    // To a stream that nobody knows, which would be answered with a reset.
    let incarnation = _nats.incarnation()?;
    let unknown = format!("ockam.back.{incarnation}.unknown");
    let end = [6, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut resets = attacker
        .subscribe("ockam.attacker.1.x")
        .await
        .expect("it may");
    for reply in [purge, "ockam.attacker.1.x"] {
        let sent = attacker.publish_with_reply(unknown.clone(), reply, end.to_vec().into());
        sent.await.expect("it may");
    }
    // What the node has to say about the last one comes behind what it had to say before.
    let reset = tokio_next(&mut resets).await;
    assert_eq!(reset.payload.as_ref(), [7]);
    let nothing =
        tokio::time::timeout(Duration::from_millis(200), tokio_next(&mut overheard)).await;
    assert!(nothing.is_err(), "{nothing:?}");
    let bucket = jetstream::new(attacker)
        .get_key_value("ockam-names")
        .await
        .expect("it is there");
    assert!(bucket.get("back").await.expect("it answers").is_some());
    back.stop().await
}

async fn tokio_next(subscriber: &mut async_nats::Subscriber) -> async_nats::Message {
    use futures_util::StreamExt as _;
    subscriber.next().await.expect("the client goes on")
}

#[tokio::test]
async fn nonsense_changes_nothing_for_honest_nodes() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, front, address) = pair(&server).await?;

    let attacker = attacker(&server).await;
    // It hears all that passes, and so knows the subjects of the streams.
    let mut overheard = attacker.subscribe("ockam.*.*.*").await.expect("it may");
    attacker.flush().await.expect("it is there");
    is_answered(&front, &address).await;
    let stream = tokio_next(&mut overheard).await.subject;
    let (unknown, mut headers) = (format!("{stream}x"), HeaderMap::new());
    headers.insert("Nats-Expected-Stream", "x");
    for round in 0..2_000_u64 {
        let mut forged = vec![4];
        forged.extend((1000 + round).to_be_bytes());
        forged.extend([0; 100]);
        for payload in [
            &b""[..],
            b"\xff\xff",
            b"\x04",
            b"\x05\0\0\0\0\0\0\0\0",
            b"\x07",
            &forged,
        ] {
            // Without the subject of the peer, nothing of it counts.
            let payload = payload.to_vec();
            let subjects = [
                stream.as_str(),
                &unknown,
                "ockam.back.hello",
                "ockam.back.0.x",
            ];
            for subject in subjects {
                let subject = subject.to_owned();
                let sent =
                    attacker.publish_with_reply(subject, "ockam.x.1.y", payload.clone().into());
                sent.await.expect("it may");
            }
        }
        let headers = headers.clone();
        let sent = attacker.publish_with_headers(stream.clone(), headers, vec![4].into());
        sent.await.expect("it may");
    }
    attacker.flush().await.expect("it is there");
    is_answered(&front, &address).await;
    front.stop().await?;
    back.stop().await
}

#[tokio::test]
async fn a_flood_of_hellos_leaves_honest_nodes_their_answers() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, front, address) = pair(&server).await?;
    let attacker = attacker(&server).await;
    for round in 0..20_000 {
        let reply = format!("ockam.attacker.1.s{round}");
        let sent = attacker.publish_with_reply("ockam.back.hello", reply, hello().into());
        sent.await.expect("it may");
    }
    attacker.flush().await.expect("it is there");
    is_answered(&front, &address).await;
    front.stop().await?;
    back.stop().await
}

#[tokio::test]
async fn a_peer_of_another_version_is_refused_with_both_versions() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, _nats) = node(&server, "back").await?;
    let attacker = attacker(&server).await;
    let mut answers = attacker.subscribe("ockam.other.1.x").await.expect("it may");
    let hello = vec![1, 9, 1, 2, 3];
    let sent = attacker.publish_with_reply("ockam.back.hello", "ockam.other.1.x", hello.into());
    sent.await.expect("it may");
    let answer = tokio_next(&mut answers).await.payload;
    let text = String::from_utf8_lossy(&answer[1..]).into_owned();
    assert!(
        answer[0] == 3 && text.contains("version 9") && text.contains("version 1"),
        "{text}"
    );
    back.stop().await
}
