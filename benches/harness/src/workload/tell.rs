use super::times;
use crate::clock::Clock;
use crate::framework::Framework;
use crate::ledger::Ledger;
use crate::payload::Payload;
use crate::played::Played;
use crate::station::Station;

/// So many tasks tell one worker `each` messages.
pub(super) async fn to_one<F: Framework, M: Payload>(
    framework: &F,
    senders: u64,
    each: u64,
) -> Played {
    let ledger = Ledger::new(1, 1);
    let station = Station::end(&ledger, senders * each);
    let to = framework.start_station::<M>("sink", station).await;
    ledger.all_started().await;
    let clients: Vec<_> = (0..senders)
        .map(|n| framework.client(&format!("sender-{n}")))
        .collect();

    let clock = Clock::start();
    for client in clients {
        let to = to.clone();
        tokio::spawn(async move {
            for number in 0..each {
                F::tell(&client, &to, M::new(number)).await;
            }
        });
    }
    ledger.all_finished().await;
    let spent = clock.spent();

    Played {
        ledger,
        sent: (senders * each, senders * (0..each).sum::<u64>()),
        metrics: times("wall", "cpu", spent, senders * each).into(),
    }
}

/// So many tasks tell a worker of their own each.
pub(super) async fn in_pairs<F: Framework, M: Payload>(
    framework: &F,
    pairs: u64,
    each: u64,
) -> Played {
    let ledger = Ledger::new(pairs as usize, pairs as usize);
    let mut ends = Vec::new();
    for pair in 0..pairs {
        let station = Station::end(&ledger, each);
        let to = framework
            .start_station::<M>(&format!("sink-{pair}"), station)
            .await;
        ends.push((framework.client(&format!("sender-{pair}")), to));
    }
    ledger.all_started().await;

    let clock = Clock::start();
    for (client, to) in ends {
        tokio::spawn(async move {
            for number in 0..each {
                F::tell(&client, &to, M::new(number)).await;
            }
        });
    }
    ledger.all_finished().await;
    let spent = clock.spent();

    Played {
        ledger,
        sent: (pairs * each, pairs * (0..each).sum::<u64>()),
        metrics: times("wall", "cpu", spent, pairs * each).into(),
    }
}

/// One task tells 1,000 workers, each in its turn.
pub(super) async fn in_turn<F: Framework, M: Payload>(framework: &F, messages: u64) -> Played {
    let order = (0..messages as usize).map(|n| n % 1_000).collect();
    to_many::<F, M>(framework, 1_000, order).await
}

/// One task tells many workers in random order, so that no cache of the last address helps.
pub(super) async fn at_random<F: Framework, M: Payload>(
    framework: &F,
    workers: usize,
    messages: u64,
) -> Played {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let order = (0..messages).map(|_| {
        // xorshift64: the same order in every framework and round.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % workers as u64) as usize
    });
    to_many::<F, M>(framework, workers, order.collect()).await
}

async fn to_many<F: Framework, M: Payload>(
    framework: &F,
    workers: usize,
    order: Vec<usize>,
) -> Played {
    let mut quotas = vec![0; workers];
    for &worker in &order {
        quotas[worker] += 1;
    }
    let told = quotas.iter().filter(|quota| **quota > 0).count();
    let ledger = Ledger::new(workers, told);
    let mut to = Vec::with_capacity(workers);
    for (worker, &quota) in quotas.iter().enumerate() {
        let station = Station::end(&ledger, quota);
        to.push(
            framework
                .start_station::<M>(&format!("sink-{worker}"), station)
                .await,
        );
    }
    ledger.all_started().await;
    let client = framework.client("sender");
    let messages = order.len() as u64;

    let clock = Clock::start();
    tokio::spawn(async move {
        for (number, worker) in order.into_iter().enumerate() {
            F::tell(&client, &to[worker], M::new(number as u64)).await;
        }
    });
    ledger.all_finished().await;
    let spent = clock.spent();

    Played {
        ledger,
        sent: (messages, (0..messages).sum()),
        metrics: times("wall", "cpu", spent, messages).into(),
    }
}
