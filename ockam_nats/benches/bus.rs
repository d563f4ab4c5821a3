//! What the framework costs beside async-nats alone, in one run: ratios of medians of interleaved rounds.

use std::future::Future;
use std::time::{Duration, Instant};

use async_nats::Client;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use ockam::{Context, NodeBuilder, Result, Worker, async_worker, route};
use ockam_nats::NatsTransport;

#[path = "../tests/bus/kit/server.rs"]
#[allow(dead_code, unreachable_pub)]
mod server;

const ROUNDS: usize = 9;

/// One after the other.
const REQUESTS: usize = 1_000;

/// One way.
const MESSAGES: usize = 20_000;

/// At once, to a group.
const TOGETHER: usize = 64;

const MEMBERS: usize = 8;

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, ctx: &mut Context, bytes: Vec<u8>) -> Result<()> {
        ctx.reply(bytes).await
    }
}

struct Counter(u64);

#[async_worker]
impl Worker for Counter {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, ctx: &mut Context, bytes: Vec<u8>) -> Result<()> {
        self.0 += 1;
        match bytes.is_empty() {
            true => ctx.reply(self.0).await,
            false => Ok(()),
        }
    }
}

async fn echo(client: Client, mut questions: async_nats::Subscriber) {
    while let Some(question) = questions.next().await {
        if let Some(reply) = question.reply {
            let _ = client.publish(reply, question.payload).await;
        }
    }
}

async fn client(url: &str) -> Client {
    async_nats::connect(url).await.expect("the server is there")
}

async fn node(url: &str, name: &str) -> Result<(Context, NatsTransport)> {
    let ctx = NodeBuilder::new().name(name).start().await?;
    let nats = NatsTransport::connect(&ctx, url, name).await?;
    Ok((ctx, nats))
}

async fn timed(work: impl Future<Output = ()>) -> Duration {
    let begun = Instant::now();
    work.await;
    begun.elapsed()
}

/// Prints the median ratio of rounds, the medians for each message, and the spread of the ratios.
fn show(what: &str, messages: usize, rounds: &[(Duration, Duration)]) {
    let median = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        (all[0], all[all.len() / 2], all[all.len() - 1])
    };
    let each = |time: Duration| time.as_secs_f64() * 1e6 / messages as f64;
    let ratios = rounds
        .iter()
        .map(|(alone, ours)| ours.as_secs_f64() / alone.as_secs_f64());
    let (least, ratio, most) = median(ratios.collect());
    let alone = median(rounds.iter().map(|(alone, _)| each(*alone)).collect()).1;
    let ours = median(rounds.iter().map(|(_, ours)| each(*ours)).collect()).1;
    println!("| {what} | {alone:.1} | {ours:.1} | {ratio:.2} | {least:.2} to {most:.2} |");
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let Some(server) = server::server() else {
        return Ok(());
    };
    let url = server.url();
    let (asking, answering) = (client(&url).await, client(&url).await);
    let questions = answering.subscribe("alone.echo").await.expect("it may");
    tokio::spawn(echo(answering.clone(), questions));
    for _ in 0..MEMBERS {
        let member = client(&url).await;
        let group = "members".to_owned();
        let questions = member
            .queue_subscribe("alone.group", group)
            .await
            .expect("it may");
        tokio::spawn(echo(member, questions));
    }
    let mut nodes = Vec::new();
    for number in 0..3 {
        let (ctx, nats) = node(&url, &format!("back{number}")).await?;
        ctx.start_worker("echoer", Echoer).await?;
        ctx.start_worker("counter", Counter(0)).await?;
        nats.expose(["echoer", "counter"]);
        nodes.push((ctx, nats));
    }
    let (front, nats) = node(&url, "front").await?;
    println!(
        "| | async-nats, µs | ockam_nats, µs | ratio | of {ROUNDS} rounds |\n|---|---|---|---|---|"
    );

    let (body, echoer) = (vec![7_u8; 64], route![nats.node("back0"), "echoer"]);
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let alone = timed(async {
            for _ in 0..REQUESTS {
                let body = body.clone().into();
                asking
                    .request("alone.echo", body)
                    .await
                    .expect("it is answered");
            }
        });
        let alone = alone.await;
        let ours = timed(async {
            for _ in 0..REQUESTS {
                let answer: Vec<u8> = front
                    .ask(echoer.clone(), body.clone())
                    .await
                    .expect("it is answered");
                assert_eq!(answer.len(), 64);
            }
        });
        rounds.push((alone, ours.await));
    }
    show("a request of 64 bytes", REQUESTS, &rounds);

    let counter = route![nats.node("back0"), "counter"];
    let mut counted = answering.subscribe("alone.count").await.expect("it may");
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let (sending, bytes) = (asking.clone(), body.clone());
        let sender = tokio::spawn(async move {
            for _ in 0..MESSAGES {
                sending
                    .publish("alone.count", bytes.clone().into())
                    .await
                    .expect("it may");
            }
        });
        let alone = timed(async {
            for _ in 0..MESSAGES {
                counted.next().await.expect("it comes");
            }
        });
        let alone = alone.await;
        sender.await?;
        let ours = timed(async {
            for _ in 0..MESSAGES {
                front
                    .send_message(counter.clone(), body.clone())
                    .await
                    .expect("it may");
            }
            let _: u64 = front
                .ask(counter.clone(), Vec::<u8>::new())
                .await
                .expect("it is answered");
        });
        rounds.push((alone, ours.await));
    }
    show("64 bytes one way", MESSAGES, &rounds);

    for (number, (ctx, nats)) in nodes.iter().enumerate() {
        // Eight members: a group of workers on each node.
        let members = [3, 3, 2][number];
        let group = ockam::Group::new("members", ockam::Delivery::round_robin());
        group.members(members, |_| Echoer).start(ctx).await?;
        nats.serve("members", "members").await?;
    }
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let alone = timed(async {
            for _ in 0..REQUESTS / TOGETHER {
                let asks =
                    (0..TOGETHER).map(|_| asking.request("alone.group", body.clone().into()));
                assert!(join_all(asks).await.iter().all(|answer| answer.is_ok()));
            }
        });
        let alone = alone.await;
        let ours = timed(async {
            for _ in 0..REQUESTS / TOGETHER {
                let asks = (0..TOGETHER).map(|_| async {
                    let sender = front.sender();
                    sender
                        .ask::<Vec<u8>>(nats.group("members"), body.clone())
                        .await
                });
                assert!(join_all(asks).await.iter().all(|answer| answer.is_ok()));
            }
        });
        rounds.push((alone, ours.await));
    }
    show(
        "64 at once to a group of 8 on 3 nodes",
        REQUESTS / TOGETHER * TOGETHER,
        &rounds,
    );
    front.stop().await?;
    for (ctx, _) in nodes {
        ctx.stop().await?;
    }
    Ok(())
}
