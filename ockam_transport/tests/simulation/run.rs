//! Carries out the plan of a run.

use std::cell::Cell;
use std::panic;
use std::sync::{Arc, Once};
use std::time::{Duration, UNIX_EPOCH};

use turmoil::Sim;

use crate::history::{History, Records};
use crate::host;
use crate::inject::{LATENCY, inject};
use crate::plan::Plan;
use crate::scenario::{HEALED, HOSTS, WELL};

/// How much time passes on a host before it is the next one's turn.
const TICK: Duration = Duration::from_millis(5);

/// When a run ends in any case.
const OVER: Duration = Duration::from_millis(WELL.as_millis() as u64 + 8_000);

thread_local! {
    static PANICS: Cell<usize> = const { Cell::new(0) };
}

/// Counts the panics of each thread, because those in tasks would not be noticed. Returns how many
/// there were.
pub(crate) fn panics() -> usize {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            PANICS.set(PANICS.get() + 1);
            before(info);
        }));
    });
    PANICS.get()
}

/// Carries out a plan. Returns what happened.
pub(crate) fn run(plan: Plan) -> (Arc<Plan>, Records) {
    let before = panics();
    let (plan, history) = (Arc::new(plan), Arc::new(History::default()));
    let mut sim = network(plan.seed);
    for (number, name) in HOSTS.into_iter().enumerate() {
        let (plan, history) = (plan.clone(), history.clone());
        sim.host(name, move || {
            host::run(plan.clone(), history.clone(), number)
        });
    }
    if let Err(error) = step_through(&mut sim, &plan, &history) {
        history.complain(format!("a host failed: {error}"));
    }
    drop(sim);
    let mut records = std::mem::take(&mut *history.lock());
    if panics() > before {
        records.broken.push("something panicked".to_owned());
    }
    (plan, records)
}

pub(crate) fn network(seed: u64) -> Sim<'static> {
    turmoil::Builder::new()
        .rng_seed(seed)
        .epoch(UNIX_EPOCH)
        .tick_duration(TICK)
        .simulation_duration(Duration::from_secs(3_600))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(LATENCY)
        .tcp_capacity(256)
        .enable_random_order()
        .build()
}

fn step_through(sim: &mut Sim<'_>, plan: &Plan, history: &History) -> turmoil::Result {
    let mut faults = plan.faults.iter().copied().peekable();
    while history.lock().ended < HOSTS.len() {
        while let Some((_, fault)) = faults.next_if(|(at, _)| *at <= sim.elapsed()) {
            inject(fault, sim, history);
        }
        if sim.elapsed() >= HEALED {
            history.heal();
        }
        sim.step()?;
        if sim.elapsed() > OVER {
            history.complain("the run does not end".to_owned());
            break;
        }
    }
    Ok(())
}
