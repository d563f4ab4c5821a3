//! A node whose process is killed and started again while another one asks it and sends to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ockam::{Context, ErrorKind, Result, Route, TransportSettings, route};
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

/// The numbers of questions by outcome.
#[derive(Default)]
struct Counts {
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
    const MESSAGES: u64 = 500;
    let (program, address) = server("127.0.0.1:0");
    let (client, tcp) = connecting(TransportSettings::new()).await?;
    let connection = tcp.connect(&address).await?;
    let mut failures = teller(&client, "teller").await?;
    // The answer shows that the process runs.
    let _: (u32, u64) = soon(client.ask(route![&connection, "answers"], 7_u64)).await?;

    // From here on, the socket takes bytes, but the process doesn't read them.
    program.signal("STOP");
    eventually("it is stopped", || program.is_stopped()).await;
    tell(&client, "teller", route![&connection, "writes"], MESSAGES).await?;
    // When nothing is queued any more, the connection waits only for its peer.
    let closing = tokio::spawn({
        let connection = connection.clone();
        async move { connection.close().await }
    });
    soon(connection.closed()).await;
    program.signal("KILL");
    assert_eq!(program.end().lines, [""; 0]);
    soon(closing).await?;
    for _ in 0..MESSAGES {
        let failure = soon(failures.recv()).await.expect("the worker lives");
        assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown, "{failure}");
    }
    soon(client.stop()).await?;
    assert!(failures.recv().await.is_none(), "each is told of once");
    Ok(())
}

/// Asks the server from several tasks until the test is over.
#[cfg(unix)]
fn ask_all_the_time(client: &Context, route: &Route, counts: &Arc<Counts>) -> JoinSet<Result<()>> {
    let mut tasks = JoinSet::new();
    for _ in 0..ASKERS {
        let (counts, sender, route) = (counts.clone(), client.sender(), route.clone());
        tasks.spawn(async move {
            while !counts.is_over.load(Ordering::SeqCst) {
                let number = count(&counts.asked) as u64;
                match sender.ask::<(u32, u64)>(&route, number).await {
                    Ok((_, answer)) => {
                        assert_eq!(answer, number, "it is the answer to this question");
                        count(&counts.answered);
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
                        count(&counts.unknown);
                    }
                }
            }
            Ok(())
        });
    }
    tasks
}

/// Sends numbers to the worker `sends` until the test is over. Returns how many it has sent.
#[cfg(unix)]
fn send_all_the_time(client: &Context, counts: &Arc<Counts>) -> JoinHandle<Result<u64>> {
    let (counts, sender) = (counts.clone(), client.sender());
    tokio::spawn(async move {
        let mut sent = 0_u64;
        while !counts.is_over.load(Ordering::SeqCst) {
            sender.send_message("sends", sent).await?;
            sent += 1;
            tokio::task::yield_now().await;
        }
        Ok(sent)
    })
}

/// Waits until 500 more questions have been answered.
#[cfg(unix)]
async fn answers_go_on(counts: &Counts) {
    let before = counts.answered.load(Ordering::SeqCst);
    eventually("questions are answered", || {
        counts.answered.load(Ordering::SeqCst) > before + 500
    })
    .await;
}

/// Checks that the numbers were written in order and once.
#[cfg(unix)]
fn each_at_most_once(written: &[String], sent: u64, told: u64) -> Result<()> {
    let written: Vec<u64> = written
        .iter()
        .map(|line| line.parse())
        .collect::<Result<_, _>>()?;
    assert!(
        written.is_sorted_by(|one, next| one < next),
        "in order, and once"
    );
    // Messages that the process had taken in and not written when it was killed are neither written nor
    // reported.
    assert!(
        written.len() as u64 <= sent,
        "{} of {sent}, {told} told",
        written.len()
    );
    Ok(())
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_is_killed_and_started_again_while_it_is_asked_and_sent_to() -> Result<()> {
    let (mut program, address) = server("127.0.0.1:0");
    let settings = TransportSettings::new().max_backoff(Duration::from_millis(200));
    let (client, tcp) = connecting(settings).await?;
    let connection = tcp.connect(&address).await?;

    let counts = Arc::new(Counts::default());
    let asking = ask_all_the_time(&client, &route![&connection, "answers"], &counts);
    let (sends, mut failures) = Sends::<u64>::new(route![&connection, "writes"]);
    client.start_worker("sends", sends).await?;
    let sending = send_all_the_time(&client, &counts);

    let mut written = Vec::new();
    for round in 1..=ROUNDS {
        answers_go_on(&counts).await;
        program.signal("KILL");
        let remains = program.end();
        assert_eq!(remains.status.code(), None, "it was killed");
        written.extend(remains.lines);
        program = server(&address).0;
        // Each asker has at most one open question.
        assert!(counts.unknown.load(Ordering::SeqCst) <= round * ASKERS);
    }
    answers_go_on(&counts).await;
    counts.is_over.store(true, Ordering::SeqCst);
    for asked in soon(asking.join_all()).await {
        asked?;
    }
    let sent = soon(sending).await??;
    let [asked, answered, unknown] = [&counts.asked, &counts.answered, &counts.unknown]
        .map(|count| count.load(Ordering::SeqCst));
    assert_eq!(asked, answered + unknown, "every question has ended");

    // Everything that is queued is sent, and the process writes down the last number.
    client.stop_worker("sends").await?;
    soon(connection.close()).await;
    soon(client.stop()).await?;
    let last = (sent - 1).to_string();
    while written.last() != Some(&last) {
        written.push(program.line());
    }
    let mut told = 0;
    while let Ok(failure) = failures.try_recv() {
        assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown, "{failure}");
        told += 1;
    }
    drop(program);
    each_at_most_once(&written, sent, told)
}
