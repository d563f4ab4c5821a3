//! The program of a host: a node that serves, sends, and is restarted.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use ockam_core::{Addresses, Result};
use ockam_node::{Context, NodeBuilder, Sender, WorkerBuilder};
use ockam_transport::{StreamTransport, TransportSettings};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::chance::Chance;
use crate::history::{History, What, now};
use crate::load::{Kept, Load, address};
use crate::network::Simulated;
use crate::plan::{Operation, Plan, SEND_LIMIT, peers};
use crate::scenario::{HEALED, HOSTS, Scenario, WELL};
use crate::workers::{Driver, ServingWorker, WaysBack};

/// How long a node may take to stop.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// How long an attempt to connect may take.
const CONNECT_LIMIT: Duration = Duration::from_millis(500);

/// Runs a host until the run is over.
pub(crate) async fn run(plan: Arc<Plan>, history: Arc<History>, host: usize) -> turmoil::Result {
    history.crashed_streams.clear(host);
    while history.is_down(host) {
        sleep(Duration::from_millis(5)).await;
    }
    loop {
        let until = plan.restart_after(host, now());
        let (token, is_forgotten) = token();
        let life = RunningHost::start(&plan, &history, host, token).await?;
        let operations = life.send(&plan, until.unwrap_or(Duration::MAX));
        match until {
            Some(until) => sleep(until.saturating_sub(now())).await,
            None => life.see_that_all_is_well(&plan).await,
        }
        let ctx = life.end(operations).await;
        // Connections that did not close in time have a moment to end.
        for _ in 0..15 {
            if is_forgotten.upgrade().is_none() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        if is_forgotten.upgrade().is_some() {
            history.complain(format!("{} keeps what it had", HOSTS[host]));
        }
        history.lock().dead_letters += ctx.dead_letters();
        if until.is_none() {
            break;
        }
    }
    history.lock().ended += 1;
    Ok(())
}

fn token() -> (Arc<()>, Weak<()>) {
    let token = Arc::new(());
    let weak = Arc::downgrade(&token);
    (token, weak)
}

/// A host from the start of its node to its stop.
struct RunningHost {
    ctx: Context,
    load: Load,
    /// The senders of the lanes.
    tellers: HashMap<usize, Sender>,
    /// Tasks that run until the end.
    running: Vec<JoinHandle<()>>,
}

impl RunningHost {
    async fn start(
        plan: &Plan,
        history: &Arc<History>,
        host: usize,
        token: Arc<()>,
    ) -> Result<Self> {
        let life = history.start(host);
        let ctx = NodeBuilder::new()
            .name(HOSTS[host])
            .mailbox_capacity(16)
            .send_timeout(SEND_LIMIT)
            .stop_timeout(STOP_LIMIT)
            .start()
            .await?;
        let ways = Arc::new(WaysBack::default());
        start_workers(&ctx, history, host, &ways).await?;
        let sender = start_driver(&ctx, history, host, None).await?;
        let mut tellers = HashMap::new();
        for (lane, tells) in plan.lanes.iter().enumerate() {
            if tells.first().is_some_and(|tell| tell.from == host) {
                let teller = start_driver(&ctx, history, host, Some(lane)).await?;
                tellers.insert(lane, teller);
            }
        }
        let seed = plan.seed ^ ((life << 8) + host as u64);
        let breaks = plan.scenario.is(Scenario::Drops);
        let network = Simulated::new(history, host, breaks, Chance::new(seed), token);
        let transport = StreamTransport::start(&ctx, network, settings())?;
        let mut exposed = vec!["inbox".into(), "slow".into(), "book".into()];
        exposed.extend((0..HOSTS.len()).map(address));
        transport
            .listen("0.0.0.0:4000", Addresses::from(exposed))
            .await?;
        let load = Load {
            history: history.clone(),
            host,
            life,
            sender,
            kept: Arc::new(Kept::default()),
            ways,
        };
        let keeping = peers(host).map(|to| tokio::spawn(keep(transport.clone(), to, load.clone())));
        Ok(Self {
            ctx,
            load,
            tellers,
            running: keeping.into(),
        })
    }

    /// Sends the messages that are due from now until `until`.
    fn send(&self, plan: &Plan, until: Duration) -> Vec<JoinHandle<()>> {
        let (host, from) = (self.load.host, now());
        let is_due = |it: &&Operation| it.from == host && it.at >= from && it.at < until;
        let lanes = plan.lanes.iter().enumerate().filter_map(|(lane, tells)| {
            let tells: Vec<_> = tells.iter().filter(is_due).copied().collect();
            (!tells.is_empty()).then(|| {
                let teller = self.tellers[&lane].clone();
                let telling = self.load.clone().tell_all(teller, lane as u64, tells);
                tokio::spawn(telling)
            })
        });
        let asks = plan.asks.iter().filter(is_due);
        let asks = asks.map(|ask| tokio::spawn(self.load.clone().ask(*ask)));
        lanes.chain(asks).collect()
    }

    async fn see_that_all_is_well(&self, plan: &Plan) {
        sleep(HEALED.saturating_sub(now())).await;
        let first = plan.count + 10_000 * self.load.host as u64;
        self.load.find_all_well(first).await;
        self.load.history.lock().well += 1;
        while self.load.history.lock().well < HOSTS.len() && now() < WELL {
            sleep(Duration::from_millis(50)).await;
        }
        // Time for what was sent meanwhile to arrive.
        sleep(Duration::from_millis(500)).await;
    }

    /// Stops the node, and waits until everything that was sent has an outcome, which it has by its
    /// deadline. Returns the context of the node.
    async fn end(self, operations: Vec<JoinHandle<()>>) -> Context {
        let Self {
            ctx, load, running, ..
        } = self;
        let (history, host) = (load.history.clone(), load.host);
        let begun = Instant::now();
        if let Err(error) = ctx.stop().await {
            history.complain(format!("{} did not stop: {error:#}", HOSTS[host]));
        }
        // The connections have another second.
        if begun.elapsed() > STOP_LIMIT + Duration::from_millis(1_500) {
            let took = begun.elapsed();
            history.complain(format!("{} took {took:?} to stop", HOSTS[host]));
        }
        history.note(host, What::Stopped);
        for task in running {
            task.abort();
            // It is most probably cancelled.
            let _ = task.await;
        }
        for task in operations {
            if let Err(error) = task.await {
                history.complain(format!("{error}"));
            }
        }
        drop(load);
        // Time for late answers, which find nobody.
        sleep(Duration::from_millis(100)).await;
        ctx
    }
}

/// Starts a worker that sends for a lane, or for everything that belongs to no lane.
async fn start_driver(
    ctx: &Context,
    history: &Arc<History>,
    host: usize,
    lane: Option<usize>,
) -> Result<Sender> {
    let sender = Arc::new(OnceLock::new());
    let driver = Driver {
        history: history.clone(),
        host,
        lane,
        sender: sender.clone(),
    };
    let name = match lane {
        Some(lane) => format!("lane {lane}"),
        None => "driver".to_owned(),
    };
    ctx.start_worker(name, driver).await?;
    Ok(sender.get().expect("the driver has started").clone())
}

async fn start_workers(
    ctx: &Context,
    history: &Arc<History>,
    host: usize,
    ways: &Arc<WaysBack>,
) -> Result<()> {
    for address in ["inbox", "slow", "book"] {
        let workers = ServingWorker {
            history: history.clone(),
            host,
            ways: ways.clone(),
        };
        let workers = WorkerBuilder::new(address, workers).mailbox_capacity(4);
        workers.start(ctx).await?;
    }
    Ok(())
}

/// Tries to connect to a host until there is a connection. The transport keeps it from then on.
async fn keep(transport: StreamTransport<Simulated>, to: usize, load: Load) {
    let connection = loop {
        let begun = Instant::now();
        let connected = transport.connect(format!("{}:4000", HOSTS[to])).await;
        if begun.elapsed() > CONNECT_LIMIT + Duration::from_millis(5) {
            let took = begun.elapsed();
            load.history.complain(format!("connecting took {took:?}"));
        }
        match connected {
            Ok(connection) => break connection,
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    };
    connection.expose(["inbox", "slow"]);
    let kept = load.kept.clone();
    let kept = kept
        .lock()
        .map(|mut kept| kept[to] = Some(connection.clone()));
    kept.expect("nothing panics under this lock");
    load.introduce(connection).await;
}

/// Returns settings with shorter times than the defaults, so that more happens in a run.
pub(crate) fn settings() -> TransportSettings {
    TransportSettings::new()
        .connect_timeout(CONNECT_LIMIT)
        .heartbeat(Duration::from_millis(200))
        .idle_timeout(Duration::from_millis(900))
        .frame_timeout(Duration::from_millis(900))
        .patience(Duration::from_secs(2))
        .max_backoff(Duration::from_millis(800))
        .max_queued(8 * 1024)
}
