use std::time::Instant;

use super::times;
use crate::clock::Clock;
use crate::framework::Framework;
use crate::latencies::Latencies;
use crate::ledger::Ledger;
use crate::payload::Payload;
use crate::played::Played;
use crate::station::Echo;

/// So many tasks ask one worker at once, `each` times one after another.
pub(super) async fn at_once<F: Framework, M: Payload>(
    framework: &F,
    askers: u64,
    each: u64,
) -> Played {
    let ledger = Ledger::new(1, 0);
    let to = framework.start_echo::<M>("echo", Echo::new(&ledger)).await;
    ledger.all_started().await;
    let clients: Vec<_> = (0..askers)
        .map(|n| framework.client(&format!("asker-{n}")))
        .collect();

    let clock = Clock::start();
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|client| {
            let to = to.clone();
            tokio::spawn(async move {
                for number in 0..each {
                    let answer = F::ask(&client, &to, M::new(number)).await;
                    assert_eq!(answer.number(), number, "the answer to another question");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("all questions are answered");
    }
    let spent = clock.spent();

    Played {
        ledger,
        sent: (askers * each, askers * (0..each).sum::<u64>()),
        metrics: times("wall", "cpu", spent, askers * each).into(),
    }
}

/// One task asks one worker, and looks at the clock each time.
pub(super) async fn latencies<F: Framework, M: Payload>(framework: &F, asks: u64) -> Played {
    let ledger = Ledger::new(1, 0);
    let to = framework.start_echo::<M>("echo", Echo::new(&ledger)).await;
    ledger.all_started().await;
    let client = framework.client("asker");

    let mut latencies = Latencies::with_capacity(asks as usize);
    let mut before = Instant::now();
    for number in 0..asks {
        let answer = F::ask(&client, &to, M::new(number)).await;
        assert_eq!(answer.number(), number, "the answer to another question");
        let after = Instant::now();
        latencies.add(after - before);
        before = after;
    }

    Played {
        ledger,
        sent: (asks, (0..asks).sum()),
        metrics: latencies.metrics(),
    }
}
