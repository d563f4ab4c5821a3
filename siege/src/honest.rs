//! Clients that ask and send, and remember what came of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ockam::{NodeBuilder, Result, TcpTransport, route};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// The pause between two asks of a client.
const PAUSE: Duration = Duration::from_millis(5);

/// What a client saw.
#[derive(Default)]
pub(crate) struct Seen {
    /// How long each answer took.
    pub(crate) latencies: Vec<Duration>,
    /// The errors of asks that were not answered.
    pub(crate) failures: Vec<String>,
    /// The number of messages that were sent.
    pub(crate) sent: u64,
    /// The number of those that were reported as not delivered, or refused at once.
    pub(crate) reported: u64,
}

/// Starts a client, which goes on until it is over.
pub(crate) fn client(server: &str, is_over: Arc<AtomicBool>) -> JoinHandle<Result<Seen>> {
    let server = server.to_owned();
    tokio::spawn(async move {
        let ctx = NodeBuilder::new().name("honest").start().await?;
        let connection = TcpTransport::new(&ctx)?.connect(&server).await?;
        let (echoer, counter) = (
            route![&connection, "echoer"],
            route![&connection, "counter"],
        );
        let mut seen = Seen::default();
        while !is_over.load(Ordering::Relaxed) {
            let question = vec![seen.sent as u8; 100];
            let begin = Instant::now();
            match ctx.ask::<Vec<u8>>(&echoer, question.clone()).await {
                Ok(answer) if answer == question => seen.latencies.push(begin.elapsed()),
                Ok(_) => seen.failures.push("another answer".to_owned()),
                Err(error) => seen.failures.push(format!("{error:#}")),
            }
            seen.sent += 1;
            if ctx.send_message(&counter, 1_u64).await.is_err() {
                seen.reported += 1;
            }
            sleep(PAUSE).await;
        }
        // What is queued is sent before this returns.
        connection.close().await;
        seen.reported += ctx.dead_letters();
        ctx.stop().await?;
        Ok(seen)
    })
}

/// Asks the node how many messages it has counted.
pub(crate) async fn counted(server: &str) -> Result<u64> {
    let ctx = NodeBuilder::new().name("honest").start().await?;
    let connection = TcpTransport::new(&ctx)?.connect(server).await?;
    let counted = ctx.ask(route![&connection, "counter"], 0_u64).await?;
    ctx.stop().await?;
    Ok(counted)
}
