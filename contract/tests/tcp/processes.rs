//! A node whose process is killed while others talk to it, and started again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ockam::{ErrorKind, Result, TransportSettings, route};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::soon;
use ockam_contract::program::Program;
use tokio::task::{JoinHandle, JoinSet};

use crate::nodes::connecting;
use crate::workers::{Sends, tell, teller};

const ASKERS: usize = 16;
const ROUNDS: usize = 3;

fn server(address: &str) -> (Program, String) {
    let program = Program::run(env!("CARGO_BIN_EXE_tcp_server"), address);
    let address = program.line();
    (program, address)
}

/// What became of what was asked.
#[derive(Default)]
struct Tally {
    asked: AtomicUsize,
    answered: AtomicUsize,
    unknown: AtomicUsize,
    is_over: AtomicBool,
}

fn count(counter: &AtomicUsize) -> usize {
    counter.fetch_add(1, Ordering::SeqCst)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_worker_is_told_of_each_message_that_a_killed_process_had_not_taken_in() -> Result<()> {
    const MANY: u64 = 500;
    let (program, address) = server("127.0.0.1:0");
    let (client, tcp) = connecting(TransportSettings::new()).await?;
    let connection = tcp.connect(&address).await?;
    let mut failures = teller(&client, "teller").await?;
    // The answer shows that the process runs.
    let _: (u32, u64) = soon(client.ask(route![&connection, "answers"], 7_u64)).await?;

    // From here on, its socket takes what is sent, and nobody reads it.
    program.signal("STOP");
    eventually("it is stopped", || program.is_stopped()).await;
    tell(&client, "teller", route![&connection, "writes"], MANY).await?;
    // When nothing is queued any more, the connection waits for nothing but its peer.
    let closing = tokio::spawn({
        let connection = connection.clone();
        async move { connection.close().await }
    });
    soon(connection.closed()).await;
    program.signal("KILL");
    assert_eq!(program.end().lines, [""; 0]);
    soon(closing).await?;
    for _ in 0..MANY {
        let failure = soon(failures.recv()).await.expect("the worker lives");
        assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown, "{failure}");
    }
    soon(client.stop()).await?;
    assert!(failures.recv().await.is_none(), "each is told of once");
    Ok(())
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_is_killed_and_started_again_while_it_is_asked_and_sent_to() -> Result<()> {
    let (mut program, address) = server("127.0.0.1:0");
    let settings = TransportSettings::new().max_backoff(Duration::from_millis(200));
    let (client, tcp) = connecting(settings).await?;
    let connection = tcp.connect(&address).await?;

    let tally = Arc::new(Tally::default());
    let mut tasks = JoinSet::<Result<()>>::new();
    for _ in 0..ASKERS {
        let (tally, sender) = (tally.clone(), client.sender());
        let route = route![&connection, "answers"];
        tasks.spawn(async move {
            while !tally.is_over.load(Ordering::SeqCst) {
                let number = count(&tally.asked) as u64;
                match sender.ask::<(u32, u64)>(&route, number).await {
                    Ok((_, answer)) => {
                        assert_eq!(answer, number, "it is the answer to this question");
                        count(&tally.answered);
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
                        count(&tally.unknown);
                    }
                }
            }
            Ok(())
        });
    }
    let (sends, mut failures) = Sends::<u64>::new(route![&connection, "writes"]);
    client.start_worker("sends", sends).await?;
    let (all, sender) = (tally.clone(), client.sender());
    let sending: JoinHandle<Result<u64>> = tokio::spawn(async move {
        let mut sent = 0_u64;
        while !all.is_over.load(Ordering::SeqCst) {
            sender.send_message("sends", sent).await?;
            sent += 1;
            tokio::task::yield_now().await;
        }
        Ok(sent)
    });

    let mut written = Vec::new();
    for round in 1..=ROUNDS {
        let before = tally.answered.load(Ordering::SeqCst);
        eventually("questions are answered", || {
            tally.answered.load(Ordering::SeqCst) > before + 500
        })
        .await;
        program.signal("KILL");
        let remains = program.end();
        assert_eq!(remains.status.code(), None, "it was killed");
        written.extend(remains.lines);
        program = server(&address).0;
        // Each asker has at most one question on its way.
        assert!(tally.unknown.load(Ordering::SeqCst) <= round * ASKERS);
    }
    let before = tally.answered.load(Ordering::SeqCst);
    eventually("questions are answered", || {
        tally.answered.load(Ordering::SeqCst) > before + 500
    })
    .await;
    tally.is_over.store(true, Ordering::SeqCst);
    for asked in soon(tasks.join_all()).await {
        asked?;
    }
    let sent = soon(sending).await??;
    let [asked, answered, unknown] =
        [&tally.asked, &tally.answered, &tally.unknown].map(|count| count.load(Ordering::SeqCst));
    assert_eq!(asked, answered + unknown, "every question has ended");

    // All that is queued is sent, and the last one of it is written down.
    client.stop_worker("sends").await?;
    soon(connection.close()).await;
    soon(client.stop()).await?;
    loop {
        let line = program.line();
        let is_last = line == (sent - 1).to_string();
        written.push(line);
        if is_last {
            break;
        }
    }
    let mut told = 0;
    while let Ok(failure) = failures.try_recv() {
        assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown, "{failure}");
        told += 1;
    }
    let written: Vec<u64> = written
        .iter()
        .map(|line| line.parse())
        .collect::<Result<_, _>>()?;
    assert!(
        written.is_sorted_by(|one, next| one < next),
        "in order, and once"
    );
    // What the process had taken in and not written down when it was killed may be neither.
    assert!(
        written.len() as u64 <= sent,
        "{} of {sent}, {told} told",
        written.len()
    );
    drop(program);
    Ok(())
}
