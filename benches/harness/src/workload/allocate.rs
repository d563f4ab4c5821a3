use crate::allocations::Allocations;
use crate::framework::Framework;
use crate::ledger::Ledger;
use crate::payload::Payload;
use crate::played::Played;
use crate::station::{Echo, Station};

/// Counts the allocations of telling, until all of it is handled.
pub(super) async fn tell<F: Framework, M: Payload>(framework: &F, messages: u64) -> Played {
    let ledger = Ledger::new(1, 1);
    let station = Station::end(&ledger, messages);
    let to = framework.start_station::<M>("sink", station).await;
    ledger.all_started().await;
    let client = framework.client("sender");
    Allocations::count_from_here();
    for number in 0..messages {
        F::tell(&client, &to, M::new(number)).await;
    }
    ledger.all_finished().await;
    let count = Allocations::counted().count;
    Played {
        ledger,
        sent: (messages, (0..messages).sum()),
        metrics: vec![("allocations", count as f64 / messages as f64)],
    }
}

/// Counts the allocations of asking.
pub(super) async fn ask<F: Framework, M: Payload>(framework: &F, asks: u64) -> Played {
    let ledger = Ledger::new(1, 0);
    let to = framework.start_echo::<M>("echo", Echo::new(&ledger)).await;
    ledger.all_started().await;
    let client = framework.client("asker");
    Allocations::count_from_here();
    for number in 0..asks {
        F::ask(&client, &to, M::new(number)).await;
    }
    let count = Allocations::counted().count;
    Played {
        ledger,
        sent: (asks, (0..asks).sum()),
        metrics: vec![("allocations", count as f64 / asks as f64)],
    }
}
