use std::sync::Arc;
use std::time::Instant;

use super::pass::start_ring;
use crate::framework::Framework;
use crate::latencies::Latencies;
use crate::ledger::Ledger;
use crate::payload::Payload;
use crate::played::Played;
use crate::station::{Echo, Station};

const BUSY: usize = 10_000;
const ASKERS: usize = 16;

/// Asks a worker while 10,000 others each have a message to pass on, all the time, for so many
/// rounds.
pub(super) async fn by_busy_workers<F: Framework, M: Payload>(
    framework: &F,
    rounds: u64,
) -> Played {
    let rounds = rounds.max(1);
    let ledger = Ledger::new(BUSY + 1, BUSY);
    let echo = framework.start_echo::<M>("echo", Echo::new(&ledger)).await;
    let ring = start_ring::<F, M>(framework, &ledger, BUSY).await;
    ledger.all_started().await;
    let clients: Vec<_> = (0..ASKERS)
        .map(|n| framework.client(&format!("asker-{n}")))
        .collect();

    let client = framework.client("sender");
    for worker in &ring {
        F::tell(&client, worker, M::new(rounds - 1)).await;
    }
    let asking = clients.into_iter().map(|client| {
        let (echo, ledger) = (echo.clone(), ledger.clone());
        tokio::spawn(ask_until_finished::<F, M>(client, echo, ledger))
    });
    let mut latencies = Latencies::default();
    for asking in asking.collect::<Vec<_>>() {
        latencies.append(asking.await.expect("all questions are answered"));
    }

    let hops = BUSY as u64 * rounds;
    Played {
        ledger,
        sent: (
            hops + latencies.count(),
            BUSY as u64 * (0..rounds).sum::<u64>(),
        ),
        metrics: latencies.metrics(),
    }
}

/// Asks a worker while the mailbox of another one is kept full.
pub(super) async fn by_a_flood<F: Framework, M: Payload>(framework: &F, messages: u64) -> Played {
    let ledger = Ledger::new(2, 1);
    let echo = framework.start_echo::<M>("echo", Echo::new(&ledger)).await;
    let station = Station::end(&ledger, messages);
    let flooded = framework.start_station::<M>("flooded", station).await;
    ledger.all_started().await;
    let (flooder, asker) = (framework.client("flooder"), framework.client("asker"));

    tokio::spawn(async move {
        for number in 0..messages {
            F::tell(&flooder, &flooded, M::new(number)).await;
        }
    });
    let asking = ask_until_finished::<F, M>(asker, echo, ledger.clone());
    let latencies = tokio::spawn(asking)
        .await
        .expect("all questions are answered");

    Played {
        ledger,
        sent: (messages + latencies.count(), (0..messages).sum()),
        metrics: latencies.metrics(),
    }
}

/// Asks at least once, and until the disturbance is over. The questions carry 0.
async fn ask_until_finished<F: Framework, M: Payload>(
    client: F::Client,
    echo: F::Ask<M>,
    ledger: Arc<Ledger>,
) -> Latencies {
    let mut latencies = Latencies::default();
    loop {
        let before = Instant::now();
        F::ask(&client, &echo, M::new(0)).await;
        latencies.add(before.elapsed());
        if ledger.is_finished() {
            return latencies;
        }
    }
}
