//! Three nodes and three servers, of which one after the other is killed or paused, while a fourth node asks: run by
//! `ockam_nats/kills`.

#![expect(unreachable_pub, reason = "its modules are those of one program")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ockam::{Context, ErrorKind, NodeBuilder, Result};
use ockam_nats::{NatsOptions, NatsTransport};

#[path = "../bus/kit/mod.rs"]
#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod kit;

use kit::{Program, example};

const LEASE: Duration = Duration::from_secs(2);

/// How often something is killed or paused.
const ROUNDS: usize = 20;

/// How long all goes on between.
const BETWEEN: Duration = Duration::from_secs(2);

/// What the front has seen.
#[derive(Default)]
struct Seen {
    answered: AtomicU64,
    failed: AtomicU64,
    unknown: AtomicU64,
    /// The longest time in which nothing was answered.
    gap: Mutex<Duration>,
    kinds: Mutex<BTreeMap<String, u64>>,
}

/// Asks the group, one question after the other, until it is told to end.
async fn ask(ctx: &Context, nats: &NatsTransport, seen: &Seen, ends: &AtomicBool) -> u64 {
    let (mut number, mut last) = (0_u64, Instant::now());
    while !ends.load(Ordering::Relaxed) {
        number += 1;
        match ctx.ask::<u64>(nats.group("squarers"), number).await {
            Ok(square) => {
                assert_eq!(square, number * number, "nothing is answered wrongly");
                seen.answered.fetch_add(1, Ordering::Relaxed);
                let mut gap = seen.gap.lock().expect("nobody panics");
                *gap = last.elapsed().max(*gap);
                last = Instant::now();
                continue;
            }
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => &seen.unknown,
            Err(error) => {
                let mut kinds = seen.kinds.lock().expect("nobody panics");
                *kinds.entry(format!("{:?}", error.kind())).or_default() += 1;
                &seen.failed
            }
        }
        .fetch_add(1, Ordering::Relaxed);
        // So that a fault is one failure or a hundred, and not a million.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    number
}

/// Connects as soon as the servers have agreed on who leads them.
async fn connect(ctx: &Context, urls: &str) -> Result<NatsTransport> {
    let begun = Instant::now();
    loop {
        let options = NatsOptions::new().lease(LEASE).replicas(3);
        match NatsTransport::connect_with(ctx, urls, "front", options).await {
            Err(error) if begun.elapsed() < Duration::from_secs(30) => {
                println!("not yet: {error:#}");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            connected => return connected,
        }
    }
}

fn start(name: &str, urls: &str) -> Program {
    let begun = Instant::now();
    loop {
        // Its name may still be that of the one which was killed.
        let program = example("nats_back", &[name, urls]);
        let there = format!("{name} is there");
        while let Some(line) = program.line_within(Duration::from_secs(5)) {
            if line == there {
                return program;
            }
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{}",
            program.errors()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes: ockam_nats/kills runs it"]
async fn killed_and_paused_twenty_times_each() -> Result<()> {
    let Some(mut cluster) = kit::cluster() else {
        return Ok(());
    };
    let urls = cluster
        .iter()
        .map(|server| server.url())
        .collect::<Vec<_>>()
        .join(",");
    let front = NodeBuilder::new().name("front").start().await?;
    let nats = connect(&front, &urls).await?;
    let names = ["one", "two", "three"];
    let mut nodes: Vec<Program> = names.iter().map(|name| start(name, &urls)).collect();

    let (seen, ends) = (Arc::new(Seen::default()), Arc::new(AtomicBool::new(false)));
    let asking = tokio::spawn({
        let (ctx, nats) = (front.open("asker")?, nats.clone());
        let (seen, ends) = (seen.clone(), ends.clone());
        async move { ask(&ctx, &nats, &seen, &ends).await }
    });
    let rounds = std::env::var("ROUNDS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(ROUNDS);
    for round in 0..rounds {
        let node = round % nodes.len();
        println!(
            "round {round}: node {} is killed, then server {node}",
            names[node]
        );
        nodes[node].signal("KILL");
        tokio::time::sleep(BETWEEN).await;
        let (name, all) = (names[node], urls.clone());
        nodes[node] = tokio::task::spawn_blocking(move || start(name, &all)).await?;
        cluster[node].kill();
        tokio::time::sleep(BETWEEN).await;
        cluster[node].restart();
        tokio::time::sleep(BETWEEN).await;

        println!(
            "round {round}: node {} is paused for longer than its lease",
            names[node]
        );
        nodes[node].signal("STOP");
        tokio::time::sleep(LEASE + LEASE / 2).await;
        // Another one takes the name meanwhile.
        let (name, all) = (names[node], urls.clone());
        let second = tokio::task::spawn_blocking(move || start(name, &all)).await?;
        let paused = std::mem::replace(&mut nodes[node], second);
        while paused.line_within(Duration::ZERO).is_some() {}
        paused.signal("CONT");
        tokio::time::sleep(BETWEEN).await;
        let said = paused.line_within(Duration::ZERO);
        assert_eq!(said, None, "it serves nothing when it is continued");
    }
    ends.store(true, Ordering::Relaxed);
    let sent = asking.await?;
    let [answered, failed, unknown] =
        [&seen.answered, &seen.failed, &seen.unknown].map(|it| it.load(Ordering::Relaxed));
    let gap = *seen.gap.lock().expect("nobody panics");
    let kinds = seen.kinds.lock().expect("nobody panics").clone();
    println!("sent {sent}: {answered} answered, {failed} failed {kinds:?}, {unknown} unknown");
    println!("the longest time without an answer: {gap:?}");
    assert_eq!(answered + failed + unknown, sent);
    assert!(answered > 100 * rounds as u64);
    Ok(())
}
