use std::fmt;
use std::time::Duration;

use ockam_core::{Address, Any};
use serde::{Serialize, Serializer};

use super::type_names::without_modules;
use crate::delivery::{AnyEndpoint, Extras, Role, as_text};
use crate::node::Node;
use crate::observe::{TimeReport, Times};
use crate::worker::is_supervisor;

/// What a node knows about a worker, or about an open context.
///
/// # Examples
///
/// ```
/// # use ockam_core::Worker;
/// # use ockam_node::Context;
/// # struct Echoer;
/// # impl Worker for Echoer {
/// #     type Message = u64;
/// #     type Context = Context;
/// # }
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// ctx.start_worker("echoer", Echoer).await?;
/// let report = ctx.inspect_worker("echoer")?;
/// assert_eq!((report.restarts, report.queued), (0, 0));
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct WorkerReport {
    /// Its first address.
    #[serde(serialize_with = "as_text")]
    pub address: Address,
    /// All its addresses.
    #[serde(serialize_with = "as_texts")]
    pub addresses: Vec<Address>,
    /// What it is.
    pub kind: EndpointKind,
    /// The type of its messages, without modules; `any` if it takes every type.
    pub message: String,
    /// What it is doing.
    pub state: WorkerState,
    /// The address whose answer its handler waits for, if it waits for one thing only.
    #[serde(serialize_with = "as_optional_text")]
    pub waits_for: Option<Address>,
    /// The number of messages that wait in its mailbox.
    pub queued: usize,
    /// The number of messages for which its mailbox has room.
    pub capacity: usize,
    /// The number of messages that it has handled, or taken, if it is an open context.
    pub handled: u64,
    /// How many messages its handlers have failed at, with an error or a panic.
    pub failures: u64,
    /// How often it was started again.
    pub restarts: u64,
    /// Why it was started again last. The text has at most 1 KiB.
    pub last_failure: Option<String>,
    /// The number of the incarnation that lives. No other one on this node has it.
    pub incarnation: u64,
    /// The address of its supervisor.
    #[serde(serialize_with = "as_optional_text")]
    pub supervisor: Option<Address>,
    /// Whether it has been told to stop.
    pub is_stopping: bool,
    /// For how long its handler has run, if the node keeps [histograms](crate::NodeBuilder::histograms) and it
    /// handles a message. Serialised in milliseconds.
    #[serde(rename = "handling_for_ms", serialize_with = "as_milliseconds")]
    pub handling_for: Option<Duration>,
    /// How long its handlers took, if the node keeps [histograms](crate::NodeBuilder::histograms).
    pub handler_times: Option<TimeReport>,
    /// How long messages waited in its mailbox, if the node keeps
    /// [histograms](crate::NodeBuilder::histograms).
    pub mailbox_times: Option<TimeReport>,
    /// How long its handler has blocked its thread by now, if for longer than
    /// [`block_warning`](crate::NodeBuilder::block_warning). Serialised in milliseconds.
    #[serde(rename = "blocks_for_ms", serialize_with = "as_milliseconds")]
    pub blocks_for: Option<Duration>,
}

/// What a mailbox belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EndpointKind {
    /// The context of `main`.
    App,
    /// A worker.
    Worker,
    /// A worker that starts others again.
    Supervisor,
    /// A context that was opened.
    Context,
}

/// What a worker is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WorkerState {
    /// Its `initialize` runs.
    Starting,
    /// It waits for a message.
    Waiting,
    /// It handles a message.
    Handling,
    /// It has failed, and waits to be started again.
    Resting,
    /// It is no worker: it is an open context.
    Open,
}

impl WorkerReport {
    pub(super) fn of(node: &Node, endpoint: &dyn AnyEndpoint) -> Self {
        let registration = endpoint.registration();
        let supervision = registration.supervision.get();
        let glance = endpoint.glance();
        let is_worker = registration.role == Role::Worker;
        let state = match supervision {
            _ if !is_worker => WorkerState::Open,
            _ if registration.lifecycle.is_starting() => WorkerState::Starting,
            Some(supervision) if supervision.is_resting() => WorkerState::Resting,
            _ if glance.is_handling => WorkerState::Handling,
            _ => WorkerState::Waiting,
        };
        let kind = match registration.role {
            Role::App => EndpointKind::App,
            Role::Worker if is_supervisor(endpoint) => EndpointKind::Supervisor,
            Role::Worker => EndpointKind::Worker,
            Role::Open | Role::Link => EndpointKind::Context,
        };
        let in_hand = usize::from(is_worker && glance.is_handling);
        let times = registration.extras().and_then(Extras::times);
        let takes_any = endpoint.takes() == std::any::type_name::<Any>();
        Self {
            address: registration.address().clone(),
            addresses: registration.addresses.as_slice().to_vec(),
            kind,
            message: match takes_any {
                true => "any".to_owned(),
                false => without_modules(endpoint.takes()),
            },
            state,
            waits_for: node.waits.of(registration.id),
            queued: glance.queued,
            capacity: glance.capacity,
            handled: glance.begun.saturating_sub(in_hand) as u64,
            failures: registration.failures(),
            restarts: supervision.map_or(0, |supervision| supervision.restarts()),
            last_failure: supervision
                .and_then(|it| it.last_failure())
                .map(String::from),
            incarnation: registration.incarnation(),
            supervisor: supervision.and_then(|supervision| supervision.supervisor.clone()),
            is_stopping: endpoint.is_stopping(),
            handling_for: times.and_then(Times::handling_for),
            handler_times: times.map(Times::handling),
            mailbox_times: times.map(Times::waiting),
            blocks_for: node.blocks_for(registration.id),
        }
    }

    /// Returns the row of a table.
    pub(super) fn row(&self) -> [String; 6] {
        let is_worker = self.state != WorkerState::Open;
        let figure = |figure: u64| match is_worker {
            true => figure.to_string(),
            false => "-".to_owned(),
        };
        let mut state = match &self.waits_for {
            Some(address) => format!("waits for {address}"),
            None => self.state.to_string(),
        };
        if self.blocks_for.is_some() {
            state.push_str(", blocks its thread");
        }
        if self.is_stopping {
            state.push_str(", stopping");
        }
        [
            self.address.to_string(),
            self.message.clone(),
            state,
            format!("{}/{}", self.queued, self.capacity),
            figure(self.handled),
            figure(self.restarts),
        ]
    }

    /// Returns the row of a table with the times of the handlers.
    pub(super) fn row_with_times(&self) -> [String; 9] {
        let [address, message, state, queued, handled, restarts] = self.row();
        let time = |of: fn(&TimeReport) -> Duration| match &self.handler_times {
            Some(report) if report.count > 0 => format!("{:.1?}", of(report)),
            _ => "-".to_owned(),
        };
        let [p50, p99, max] = [time(|it| it.p50), time(|it| it.p99), time(|it| it.max)];
        [
            address, message, state, queued, handled, restarts, p50, p99, max,
        ]
    }
}

impl fmt::Display for EndpointKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "app",
            Self::Worker => "worker",
            Self::Supervisor => "supervisor",
            Self::Context => "context",
        })
    }
}

impl fmt::Display for WorkerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Starting => "starting",
            Self::Waiting => "waiting",
            Self::Handling => "handling",
            Self::Resting => "resting",
            Self::Open => "open",
        })
    }
}

fn as_texts<S: Serializer>(addresses: &[Address], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(addresses.iter().map(ToString::to_string))
}

fn as_optional_text<S: Serializer>(
    address: &Option<Address>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    address
        .as_ref()
        .map(ToString::to_string)
        .serialize(serializer)
}

fn as_milliseconds<S: Serializer>(
    time: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let milliseconds = time.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    milliseconds.serialize(serializer)
}
