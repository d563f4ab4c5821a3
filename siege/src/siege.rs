//! The course of a siege.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ockam::{Error, ErrorKind, Result};
use ockam_contract::meter::{Meter, Usage};
use ockam_contract::program::Program;

use crate::figures::{Figures, Honest};
use crate::honest;

/// The number of honest clients.
const CLIENTS: usize = 4;
/// The time until SIGTERM has ended the node: its stop deadline, and two seconds.
const MAX_STOP: Duration = Duration::from_secs(2 + 2);
/// The time that the node has to close what the attackers have left, which is that of an idle connection
/// and some more.
const CALM: Duration = Duration::from_secs(45);

/// Runs a siege, prints its figures, and fails if something is not as it has to be. If it is `secure`, everybody speaks
/// with the node through secure channels.
pub(crate) fn run(time: Duration, secure: bool) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let wrong = runtime.block_on(siege(time, secure))?.judge();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::Other, wrong.join("; "))),
    }
}

async fn siege(time: Duration, secure: bool) -> Result<Figures> {
    let kind = if secure { "secure" } else { "serve" };
    let node = start(&["node", kind, "127.0.0.1:0"]);
    let server = node.line();
    let tunnel = secure.then(|| start(&["tunnel", &server]));
    let attacked = tunnel.as_ref().map_or(server.clone(), Program::line);
    let middle = start(&["node", "middle", "127.0.0.1:0", &server]);
    let through = format!("{} {server}", middle.line());
    let sink = start(&["sink"]);
    let nowhere = sink.line();
    let meter = Meter::of(node.id());

    let short = (time / 10).clamp(Duration::from_secs(5), Duration::from_secs(60));
    let compared = beside(&server, secure, &nowhere, &nowhere, short).await?;
    let before = meter.read();
    let besieged = beside(&server, secure, &attacked, &through, time).await?;
    let after = calm(&meter, before).await;
    let counted = honest::counted(&server, secure).await?;

    let stops = Instant::now();
    node.signal("TERM");
    let remains = node.end();
    Ok(Figures {
        compared,
        besieged,
        counted,
        before,
        after,
        log_bytes: remains.errors.len() as u64,
        log_lines: remains.errors.lines().count(),
        time: time + short,
        stop: stops.elapsed(),
        max_stop: MAX_STOP,
        ended_well: remains.status.success() && remains.lines.is_empty(),
    })
}

/// Lets honest clients ask while attackers attack.
async fn beside(
    server: &str,
    secure: bool,
    attacked: &str,
    middle: &str,
    time: Duration,
) -> Result<Honest> {
    let is_over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| honest::client(server, secure, is_over.clone()))
        .collect();
    let attackers = start(&["attack", attacked, middle, &time.as_secs().to_string()]);
    // Its end is waited for on another thread, because that blocks.
    let limit = time + Duration::from_secs(30);
    let ended = tokio::task::spawn_blocking(move || attackers.end_within(limit));
    ended.await?;
    is_over.store(true, Ordering::Relaxed);
    let mut seen = Vec::new();
    for client in clients {
        seen.push(client.await??);
    }
    Ok(Honest::of(seen))
}

/// Waits until the node has closed what the attackers have left behind, for a while.
async fn calm(meter: &Meter, before: Usage) -> Usage {
    let end = Instant::now() + CALM;
    loop {
        let usage = meter.read();
        if usage.descriptors <= before.descriptors || Instant::now() > end {
            return usage;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Runs this program as a process of its own.
fn start(arguments: &[&str]) -> Program {
    let path = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("ockam_siege"));
    Program::run_with(&path, arguments)
}
