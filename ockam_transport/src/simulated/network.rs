use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ockam_core::{Addresses, Error, ErrorContext, ErrorKind, Result};
use ockam_node::test::{at_end, is_simulated};
use ockam_node::transport::Gateway;
use ockam_node::{Context, NodeBuilder};

use super::faults::time_away;
use super::host::Host;
use super::nodes::{Machine, Nodes, Running};
use crate::clock::{now, sleep};
use crate::connection::Connection;
use crate::lock::lock;
use crate::settings::TransportSettings;
use crate::transport::StreamTransport;

/// How long a connection is tried to be made, and the pause after an attempt that fails.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(600);
const CONNECT_PAUSE: Duration = Duration::from_millis(100);

/// Several nodes in one test, on a simulated network, in simulated time.
///
/// What goes wrong on the network is decided by the seed of the test: `#[ockam::test(seeds = 1000)]`. By
/// default nothing does, and bytes take up to 20 ms. The nodes end when this has been dropped and the node
/// of the test has stopped.
///
/// # Examples
///
/// The chapter "Finding races" of the book has one.
pub struct SimulatedNetwork {
    /// The node of the test.
    own: Gateway,
    nodes: Arc<Nodes>,
    transports: Transports,
}

/// The name of the node of the test.
const TEST_NODE: &str = "the node of the test";

/// Removes a node that did not start.
struct Added<'a>(&'a Nodes, Option<&'a str>);

impl Added<'_> {
    fn keep(mut self) {
        self.1 = None;
    }
}

impl Drop for Added<'_> {
    fn drop(&mut self) {
        if let Some(name) = self.1 {
            self.0.remove(name);
        }
    }
}

/// The transports of all nodes, found by the node.
type Transports = Arc<Mutex<Vec<(Gateway, StreamTransport<Host>)>>>;

impl SimulatedNetwork {
    /// Creates a network without faults. The node of `ctx` is on it, and so is every node that connects.
    pub fn new(ctx: &Context) -> Self {
        Self {
            own: Gateway::new(ctx),
            nodes: Arc::default(),
            transports: Arc::default(),
        }
    }

    /// Sets how likely it is, from 0 to 1, that a connection is lost when something is sent over it.
    #[must_use]
    pub fn loss(self, probability: f64) -> Self {
        lock(&self.nodes.faults).loss = probability;
        self
    }

    /// Sets how likely it is, from 0 to 1, that when something is sent, nothing passes between these two
    /// nodes for a while, up to 20 s. What is sent meanwhile comes later, if the connection lasts.
    #[must_use]
    pub fn cuts(self, probability: f64) -> Self {
        lock(&self.nodes.faults).cuts = probability;
        self
    }

    /// Sets how likely it is, from 0 to 1, that a node crashes when something is sent to it. It starts
    /// again within 5 s. The node of the test doesn't crash.
    #[must_use]
    pub fn crashes(self, probability: f64) -> Self {
        lock(&self.nodes.faults).crashes = probability;
        self
    }

    /// Sets how long bytes take. The default is 0.1 to 20 ms.
    #[must_use]
    pub fn delay(self, delay: Range<Duration>) -> Self {
        lock(&self.nodes.faults).delay = delay;
        self
    }

    /// Starts a node, and returns when `main` has returned. It runs `main` again after each crash.
    ///
    /// Other nodes can send to the workers that `main` has started.
    ///
    /// # Errors
    ///
    /// Returns the error of `main`, `AddressTaken` if there is a node of this name, and `InvalidInput`
    /// in a test without seeds.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the node is not started.
    pub async fn node<F>(&self, name: &str, main: F) -> Result<()>
    where
        F: AsyncFn(Context) -> Result<()> + 'static,
    {
        if !is_simulated() {
            let why =
                "a simulated network needs simulated time: write `#[ockam::test(seeds = 1000)]`";
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let Some(machine) = self.nodes.add(name) else {
            let why = format!("there is a node {name} on this network");
            return Err(Error::new(ErrorKind::AddressTaken, why));
        };
        let (nodes, transports) = (self.nodes.clone(), self.transports.clone());
        let name = name.to_owned();
        let added = Added(&nodes, Some(&name));
        start(&nodes, &transports, &name, &machine, &main).await?;
        added.keep();
        tokio::task::spawn_local(async move {
            loop {
                machine.crash.notified().await;
                if nodes.machine(&name).is_none() {
                    return;
                }
                crash(&nodes, &name, &machine);
                sleep(time_away()).await;
                if nodes.machine(&name).is_none() {
                    return;
                }
                // A node that fails to start doesn't come back.
                if start(&nodes, &transports, &name, &machine, &main)
                    .await
                    .is_err()
                {
                    return;
                }
            }
        });
        Ok(())
    }

    /// Connects the node of a context to another one, by its name. It tries until the other node can be
    /// reached.
    ///
    /// # Errors
    ///
    /// Returns `NoRoute` if there is no node of this name, and the error of the last attempt after ten
    /// minutes of simulated time.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, there is no connection.
    pub async fn connect(&self, ctx: &Context, name: &str) -> Result<Connection> {
        if self.nodes.machine(name).is_none() {
            let why = format!("there is no node {name} on this network");
            return Err(Error::new(ErrorKind::NoRoute, why));
        }
        let from = match self.own.is_same(&Gateway::new(ctx)) {
            true => TEST_NODE.to_owned(),
            false => Gateway::new(ctx).name().unwrap_or_default(),
        };
        let transport = transport(&self.nodes, &self.transports, ctx, &from)?;
        let ends = now() + CONNECT_TIMEOUT;
        loop {
            match transport.connect(name).await {
                Err(_) if now() < ends => sleep(CONNECT_PAUSE).await,
                connected => return connected,
            }
        }
    }

    /// Lets a node crash, which starts again within 5 s. Nothing happens if there is none of this name.
    pub fn crash(&self, name: &str) {
        if let Some(machine) = self.nodes.machine(name) {
            machine.crash.notify_one();
        }
    }

    /// Lets nothing pass between two nodes for a while. The node of the test is called `the node of the
    /// test`.
    pub fn cut(&self, one: &str, other: &str, time: Duration) {
        self.nodes.cut(one, other, time);
    }
}

impl Drop for SimulatedNetwork {
    fn drop(&mut self) {
        let (nodes, transports) = (self.nodes.clone(), self.transports.clone());
        at_end(move || {
            nodes.end();
            lock(&transports).clear();
        });
    }
}

/// Starts a node of the network.
async fn start(
    nodes: &Arc<Nodes>,
    transports: &Transports,
    name: &str,
    machine: &Machine,
    main: &impl AsyncFn(Context) -> Result<()>,
) -> Result<()> {
    let ctx = NodeBuilder::new().name(name).start().await?;
    let keeper = ctx.open("simulated machine")?;
    let running = Running {
        gateway: Gateway::new(&ctx),
        keeper,
    };
    let transport = transport(nodes, transports, &ctx, name)?;
    main(ctx)
        .await
        .context(format!("the node {name} did not start"))?;
    let workers: Addresses = running.keeper.list_workers().into();
    *lock(&machine.running) = Some(running);
    transport.listen(name, workers).await.map(drop)
}

fn crash(nodes: &Nodes, name: &str, machine: &Machine) {
    machine.halt();
    nodes.break_all(name);
}

/// Returns the transport of a node, which is started when it is first asked for.
fn transport(
    nodes: &Arc<Nodes>,
    transports: &Transports,
    ctx: &Context,
    name: &str,
) -> Result<StreamTransport<Host>> {
    let gateway = Gateway::new(ctx);
    let mut transports = lock(transports);
    transports.retain(|(gateway, _)| gateway.check().is_ok());
    let known = transports.iter().find(|(other, _)| other.is_same(&gateway));
    if let Some((_, transport)) = known {
        return Ok(transport.clone());
    }
    let host = Host {
        nodes: nodes.clone(),
        name: name.to_owned(),
    };
    let transport = StreamTransport::start(ctx, host, TransportSettings::new())?;
    transports.push((gateway, transport.clone()));
    Ok(transport)
}

impl fmt::Debug for SimulatedNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedNetwork").finish_non_exhaustive()
    }
}
